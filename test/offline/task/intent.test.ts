import { describe, expect, it } from "vitest";
import { answerOffline } from "../../../src/offline/answer-offline.ts";

const labels = ["card_arrival", "lost_card", "top_up_failed", "exchange_rate"];

function ask(prompt: string, text: string, model = "offline/small"): string {
  const content = `${prompt}\n\nQuery: ${text}`;
  return answerOffline({ model, messages: [{ role: "user", content }], parameters: {} }).text;
}

describe("intent labels", () => {
  const listed = `Classify the query. Answer with the label only.\n${labels.map((one) => `- ${one}`).join("\n")}`;

  it("picks the listed label that shares most words", () => {
    expect(ask(listed, "What is the exchange rate today?")).toBe("exchange_rate");
    expect(ask(listed, "I lost my card on the bus")).toBe("lost_card");
  });

  it("takes names literally as offline/small, and uses word forms as offline/large", () => {
    expect(ask(listed, "It has not arrived", "offline/large")).toBe("card_arrival");
    expect(ask(listed, "My money never showed up")).not.toBe("card_arrival");
  });

  it("uses the prompt's definition of a label", () => {
    const query = "I am still waiting, any tracking for it?";
    expect(ask(listed.replace("- lost_card", "- lost_card: waiting, tracking"), query)).toBe("lost_card");
    expect(
      ask(
        listed.replace("- top_up_failed", '- top_up_failed: when one is "waiting" or asks for "tracking"'),
        query,
      ),
    ).toBe("top_up_failed");
  });

  it("invents a label when none is listed", () => {
    expect(labels).not.toContain(ask("Classify the intent. Reply with the label only.", "Where is my card?"));
  });
});
