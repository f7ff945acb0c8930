import { describe, expect, it } from "vitest";
import { readInstruction } from "../../../src/offline/task/read-instruction.ts";

describe("readInstruction", () => {
  it.each([
    ["Answer 'positive' or 'negative' or 'neutral'."],
    ["Classify the text as positive, negative or neutral."],
    ["Labels: positive, negative, neutral"],
    ["Choose one of: positive / negative / neutral."],
    ["Respond with exactly one of `positive`, `negative`, `neutral`."],
    ["Options are positive|negative|neutral"],
  ])("finds the labels in %j", (words) => {
    expect(readInstruction(words).labels).toEqual(["positive", "negative", "neutral"]);
  });

  it("finds labels listed line by line, with what they mean", () => {
    const reading = readInstruction(
      "Pick the intent.\n- card_arrival: the card has not come yet\n- lost_card\n- top_up: adding money",
    );
    expect(reading.labels).toEqual(["card_arrival", "lost_card", "top_up"]);
    expect(reading.definitions.get("top_up")).toEqual(["ad", "monei"]);
    expect(reading.definitions.has("lost_card")).toBe(false);
  });

  it("finds no label where none is listed", () => {
    expect(readInstruction("Answer the question in one short sentence, and be kind.").labels).toEqual([]);
    expect(readInstruction("Reply with the label only, in lower case.").labels).toEqual([]);
  });

  it("finds the keys of the JSON asked for, with their values", () => {
    const expected = [
      { name: "urgency", kind: "enum", values: ["high", "low"] },
      { name: "tags", kind: "flags", values: ["a_b", "c_d"] },
    ];
    const listed =
      'Return a json:\n- "urgency" as one of `high`, `low`\n- "tags" a dictionary with boolean values for: `a_b`, `c_d`';
    expect(readInstruction(listed).keys).toEqual(expected);
    expect(readInstruction('Reply with JSON like {"urgency": "high|low"}.').keys).toEqual([expected[0]]);
  });

  it("distinguishes a rule from its denial and from a plain list", () => {
    const { rules, format } = readInstruction("Answer 'positive', 'negative' or 'neutral'. Ignore negation.");
    expect(rules).toEqual({ neutral: false, negation: false, courtesy: false });
    expect(format).toMatchObject({ isBare: false, wantsJson: false });
  });

  it.each([
    ["Mark at most two categories.", 2],
    ["Set no more than 3 of the flags to true.", 3],
  ])("reads the cap in %j", (words, cap) => {
    expect(readInstruction(words).rules.maxFlags).toBe(cap);
  });
});
