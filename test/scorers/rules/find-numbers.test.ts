import { describe, expect, it } from "vitest";
import { findNumbers } from "../../../src/scorers/rules/numeric.ts";

const values = (text: string, mark?: "." | ",") => findNumbers(text, mark).map(({ value }) => value);

describe("findNumbers", () => {
  it.each<[string, number[]]>([
    ["1,234,567.89", [1234567.89]],
    ["5,6,7", [5, 6, 7]],
    ["(3,-5)", [3, -5]],
    ["3-5", [3, 5]],
    ["from -3 to +5", [-3, 5]],
    [".5 and 0.25.", [0.5, 0.25]],
    ["GPT4 costs $3", [3]],
    ["5kg", [5]],
    ["1'000'000", [1000000]],
    ["1\u202f000", [1000]],
    ["in 2020 300 people", [2020, 300]],
    ["12 345", [12345]],
    ["1e999", []],
    ["2.5e3 items", [2500]],
    ["version 1.2.3", [1.2]],
    ["no digits", []],
    ["", []],
  ])("reads %j", (text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  it("swaps the marks by option", () => {
    expect(values("1.234,56 und 7,5", ",")).toEqual([1234.56, 7.5]);
  });

  it("recognizes a percentage", () => {
    expect(findNumbers("50% of 3")).toEqual([
      { value: 50, isPercent: true },
      { value: 3, isPercent: false },
    ]);
  });

  it("reads very long texts", () => {
    expect(values("1".repeat(200_000))).toEqual([]);
    expect(values("1,".repeat(100_000))).toHaveLength(100_000);
    expect(values("1,111".repeat(40_000)).length).toBeGreaterThan(0);
  });
});
