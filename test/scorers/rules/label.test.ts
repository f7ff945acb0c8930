import { describe, expect, it } from "vitest";
import { label } from "../../../src/scorers/rules/label.ts";
import { optionProblems, rate, rejection } from "../fixtures.ts";

const labels = ["positive", "negative", "neutral", "very positive"];

describe("label, with a set", () => {
  it.each([
    "positive",
    "The sentiment is Positive.",
    "_positive_",
    "**positive**",
    "positive, clearly positive",
  ])("finds the label in %j", async (output) => {
    expect(await rate(label, "positive", output, { labels })).toEqual({ value: 1 });
  });

  it("prefers the longer of two labels that start alike or overlap", async () => {
    expect((await rate(label, "very positive", "It is very  positive!", { labels })).value).toBe(1);
    expect((await rate(label, "positive", "It is very positive!", { labels })).value).toBe(0);
  });

  it.each([
    [
      "positive or negative",
      'expected the label "positive" alone, got several labels ("positive", "negative"): "positive or negative"',
    ],
    ["It is negative.", 'expected the label "positive", got the label "negative": "It is negative."'],
    [
      "good",
      'expected the label "positive", got none of the labels ("positive", "negative", "neutral", "very positive"): "good"',
    ],
    [
      "non-positive",
      'expected the label "positive", got none of the labels ("positive", "negative", "neutral", "very positive"): "non-positive"',
    ],
  ])("explains what is wrong with %j", async (output, feedback) => {
    expect(await rate(label, "positive", output, { labels })).toEqual({ value: 0, feedback });
  });

  it("distinguishes labels with underscores and signs", async () => {
    const set = { labels: ["card_arrival", "card_arrival_delay", "C", "C++"] };
    expect((await rate(label, "card_arrival", "card_arrival_delay", set)).value).toBe(0);
    expect((await rate(label, "card_arrival_delay", "card_arrival_delay", set)).value).toBe(1);
    expect((await rate(label, "C++", "I'd say C++.", set)).value).toBe(1);
  });

  it("finds labels in scripts without spaces", async () => {
    expect((await rate(label, "肯定", "感情は肯定です", { labels: ["肯定", "否定"] })).value).toBe(1);
  });

  it("respects case by option", async () => {
    expect((await rate(label, "IT", "it depends", { labels: ["IT", "HR"], ignore_case: false })).value).toBe(
      0,
    );
  });

  it("rejects a row whose expected answer is not in the set", async () => {
    const error = await rejection(rate(label, "mixed", "positive", { labels: ["positive", "negative"] }));
    expect(error.message).toBe(
      'rows.jsonl:7: scorer label: the row has the expected answer "mixed", which is none of the labels "positive", "negative"',
    );
    expect(error.hint).toBe("correct the row, or add the label to the option `labels`");
  });

  it("rejects a set in which two labels are one", () => {
    expect(optionProblems(label, { labels: ["Yes", "yes"] })).toEqual([
      'labels: "yes" and "Yes" are the same label, as case is ignored',
    ]);
    expect(optionProblems(label, { labels: ["Yes", "yes"], ignore_case: false })).toEqual([]);
    expect(optionProblems(label, { labels: ["only"] })).toHaveLength(1);
  });
});

describe("label, without a set", () => {
  it.each([
    "positive",
    "Positive.",
    '"positive"',
    "**positive**",
    "Sentiment: positive",
    "- Label: **Positive**",
    "(positive)",
  ])("accepts %j, where the label stands alone", async (output) => {
    expect(await rate(label, "positive", output)).toEqual({ value: 1 });
  });

  it("cannot distinguish a sentence from a list of all labels, so accepts neither", async () => {
    expect(await rate(label, "positive", "positive negative neutral")).toEqual({
      value: 0,
      feedback:
        'expected the label "positive" alone, got "positive negative neutral"; the label is in it, but must stand alone',
    });
    expect(await rate(label, "positive", "bad")).toEqual({
      value: 0,
      feedback: 'expected the label "positive" alone, got "bad"',
    });
  });

  it("keeps characters that belong to a label", async () => {
    expect((await rate(label, "C++", "C")).value).toBe(0);
    expect((await rate(label, "!", "?")).value).toBe(0);
    expect((await rate(label, "billing: refund", "billing: refund")).value).toBe(1);
  });
});
