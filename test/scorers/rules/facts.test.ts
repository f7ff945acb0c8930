import { describe, expect, it } from "vitest";
import { facts } from "../../../src/scorers/rules/facts.ts";
import { make, makeJudgement, optionProblems, rejection } from "../fixtures.ts";

const rateFacts = (expectedFacts: string[], output: string, options = {}) =>
  make(facts, options).score(makeJudgement({ row: { expectedFacts }, output }));

describe("facts", () => {
  it("is the share of facts present, whatever their case and spacing", async () => {
    expect(await rateFacts(["30 days", "Free  return"], "You have 30 DAYS.\nA free return is fine.")).toEqual(
      { value: 1 },
    );
    expect(await rateFacts(["30 days", "receipt", "refund"], "A refund within 30 days")).toEqual({
      value: 2 / 3,
      feedback: '2 of 3 expected facts are in the answer; missing: "receipt"; got "A refund within 30 days"',
    });
  });

  it("does not find a number in a longer one", async () => {
    expect((await rateFacts(["5 days"], "15 days")).value).toBe(0);
    expect((await rateFacts(["5 days"], "1.5 days")).value).toBe(0);
    expect((await rateFacts(["costs 10"], "costs 100")).value).toBe(0);
    expect((await rateFacts(["costs 10"], "costs 10.50")).value).toBe(0);
    expect((await rateFacts(["costs 10"], "it costs 100, no: costs 10.")).value).toBe(1);
  });

  it("allows deviations by option, but never in a number", async () => {
    expect((await rateFacts(["within 30 working days"], "within 30 workng days")).value).toBe(0);
    expect((await rateFacts(["within 30 working days"], "within 30 workng days", { fuzzy: 0.9 })).value).toBe(
      1,
    );
    expect(
      (await rateFacts(["within 30 working days"], "within 80 working days", { fuzzy: 0.9 })).value,
    ).toBe(0);
    expect(
      (await rateFacts(["within 30 working days"], "within 130 working days", { fuzzy: 0.8 })).value,
    ).toBe(0);
  });

  it("is all or nothing by option", async () => {
    expect((await rateFacts(["a", "b"], "a", { all: true })).value).toBe(0);
    expect((await rateFacts(["a", "b"], "b a", { all: true })).value).toBe(1);
  });

  it("rejects a row without facts", async () => {
    const error = await rejection(
      make(facts).score(makeJudgement({ row: { expected: "x", expectedFacts: [] } })),
    );
    expect(error.message).toBe("rows.jsonl:7: scorer facts: the row has no expected facts");
    expect(error.hint).toBe("add to the row expectations.expected_facts, a list of texts");
  });

  it("copes with a very long answer", async () => {
    const { value } = await rateFacts(
      ["within thirty working days".repeat(20)],
      "days working ".repeat(20_000),
      { fuzzy: 0.8 },
    );
    expect(value).toBe(0);
  });

  it("rejects a share that would find anything", () => {
    expect(optionProblems(facts, { fuzzy: 0.1 })).toHaveLength(1);
  });
});
