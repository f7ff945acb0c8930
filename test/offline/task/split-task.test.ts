import { describe, expect, it } from "vitest";
import { splitTask } from "../../../src/offline/task/split-task.ts";

function split(...messages: readonly (readonly [role: string, content: string])[]) {
  return splitTask({
    model: "offline/small",
    messages: messages.map(([role, content]) => ({ role, content })),
    parameters: {},
  });
}

describe("splitTask", () => {
  it.each([
    ["Classify the sentiment.\nText: I love it"],
    ["Classify the sentiment.\n\nReview: I love it\n\nSentiment:"],
    ["Classify the sentiment.\n\n<text>\nI love it\n</text>"],
    ["Classify the sentiment.\n\n```\nI love it\n```"],
    ["Classify the sentiment.\n\nI love it"],
    ["Classify the sentiment: I love it"],
  ])("finds the row in %j", (content) => {
    expect(split(["user", content])).toMatchObject({ data: "I love it" });
    expect(split(["user", content]).instruction).toContain("Classify the sentiment");
  });

  it("reads instructions that follow the row", () => {
    const { instruction, data } = split([
      "user",
      "Classify.\nText: I love it\n\nAnswer with the label only.",
    ]);
    expect(data).toBe("I love it");
    expect(instruction).toContain("Answer with the label only.");
  });

  it("takes the last row when earlier ones are worked examples", () => {
    const { data } = split(["user", "Classify.\nText: bad\nAnswer: negative\n\nText: I love it\nAnswer:"]);
    expect(data).toBe("I love it");
  });

  it("takes the user message as the row when a system message instructs", () => {
    const letter = "Subject: Help\n\nDear team,\nMessage: please call.\nThanks";
    expect(split(["system", "Extract JSON."], ["user", letter])).toEqual({
      instruction: "Extract JSON.",
      data: letter,
    });
    expect(split(["system", "Classify."], ["user", "Text: I love it"]).data).toBe("I love it");
  });

  it("keeps earlier turns as worked examples", () => {
    const { instruction } = split(
      ["system", "Classify."],
      ["user", "bad"],
      ["assistant", "negative"],
      ["user", "good"],
    );
    expect(instruction).toBe("Classify.\nExample input: bad\nExample answer: negative");
  });
});
