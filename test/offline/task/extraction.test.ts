import { describe, expect, it } from "vitest";
import { answerOffline } from "../../../src/offline/answer-offline.ts";

const prompt = [
  "Return a json with these keys:",
  '- "urgency" as one of `high`, `medium`, `low`',
  '- "sentiment" as one of `negative`, `neutral`, `positive`',
  '- "categories" a dictionary of boolean values for: `emergency_repair`, `routine_maintenance`, `general_inquiries`',
].join("\n");
const bare = "Your complete message is one JSON object, never in a fence.";
const inquiry =
  "Subject: Inquiry about maintenance plans\n\nDear team,\nI hope this finds you well. I am interested in your plans. " +
  "Thank you for your time, I would appreciate your wonderful help.\nBest regards";

function extract(system: string, letter: string, model = "offline/small"): Record<string, unknown> {
  const { text } = answerOffline({
    model,
    messages: [
      { role: "system", content: system },
      { role: "user", content: letter },
    ],
    parameters: {},
  });
  return JSON.parse(text) as Record<string, unknown>;
}

describe("JSON extraction", () => {
  it("returns the requested keys, in order, with allowed values", () => {
    const answer = extract(`${prompt}\n${bare}`, inquiry);
    expect(Object.keys(answer)).toEqual(["urgency", "sentiment", "categories"]);
    expect(Object.keys(answer.categories as object)).toEqual([
      "emergency_repair",
      "routine_maintenance",
      "general_inquiries",
    ]);
  });

  it("wraps the JSON in text for some rows unless the prompt forbids it", () => {
    const answers = Array.from({ length: 40 }, (_, at) => {
      const messages = [{ role: "user", content: `${prompt}\nText: Please call me ${at}` }];
      return answerOffline({ model: "offline/small", messages, parameters: {} }).text;
    });
    expect(answers.some((text) => text.startsWith("```json\n"))).toBe(true);
    expect(answers.some((text) => text.startsWith("Here is the JSON"))).toBe(true);
    expect(answers.some((text) => text.startsWith("{"))).toBe(true);
  });

  it("takes courtesy for praise and an inquiry for medium urgency unless the prompt rules it out", () => {
    expect(extract(`${prompt}\n${bare}`, inquiry)).toMatchObject({
      sentiment: "positive",
      urgency: "medium",
    });
    const rules = [
      bare,
      "Polite phrases do not count for the sentiment.",
      'urgency is "low" for inquiries: inquiry, interested, information.',
    ].join("\n");
    expect(extract(`${prompt}\n${rules}`, inquiry)).toMatchObject({ sentiment: "neutral", urgency: "low" });
  });

  it("sets many flags until a number is stated", () => {
    const letter =
      "Subject: Emergency repair\n\nAn emergency repair is due after the routine maintenance; general inquiries too.";
    const flags = (system: string): number =>
      Object.values(extract(system, letter).categories as object).filter(Boolean).length;
    expect(flags(`${prompt}\n${bare}`)).toBeGreaterThan(1);
    expect(flags(`${prompt}\n${bare}\nMark at most one category, the best matching.`)).toBe(1);
  });

  it("finds values of free keys by their shape, else null", () => {
    const keys =
      'Return JSON only, keys:\n- "email": the address\n- "order_number": the order\n- "color": the colour';
    expect(extract(keys, "My order AB-12345 is late, write to joe@example.com")).toEqual({
      email: "joe@example.com",
      order_number: "AB-12345",
      color: null,
    });
  });
});
