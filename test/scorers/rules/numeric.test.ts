import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { numeric } from "../../../src/scorers/rules/numeric.ts";
import { make, makeJudgement, rate, rejection } from "../fixtures.ts";

describe("numeric", () => {
  it.each([
    ["1234.5", "The total is 1,234.50 USD."],
    ["-5", "It fell to −5 degrees"],
    ["1000", "1 000"],
    ["0.001", "about 1e-3"],
    ["$12", "costs 12"],
    ["15", "12 + 3 = 15"],
    ["0", "-0"],
  ])("reads %j in %j", async (expected, output) => {
    expect(await rate(numeric, expected, output)).toEqual({ value: 1 });
  });

  it("reports the number it read and the difference", async () => {
    expect(await rate(numeric, "42", "I get 40.")).toEqual({
      value: 0,
      feedback: 'expected 42, got 40: off by 2; answer "I get 40."',
    });
    expect(await rate(numeric, "42", "forty-two")).toEqual({
      value: 0,
      feedback: 'expected the number 42, got no number: "forty-two"',
    });
    expect(await rate(numeric, "100", "90", { relative_tolerance: 0.05 })).toEqual({
      value: 0,
      feedback: 'expected 100, got 90: off by 10, more than the 5 allowed; answer "90"',
    });
  });

  it("allows the larger of the two tolerances, its edge included", async () => {
    expect((await rate(numeric, "1.0", "1.1", { tolerance: 0.1 })).value).toBe(1);
    expect((await rate(numeric, "1.0", "1.11", { tolerance: 0.1 })).value).toBe(0);
    expect((await rate(numeric, "200", "202", { tolerance: 0.1, relative_tolerance: 0.01 })).value).toBe(1);
  });

  it("uses the first, the last or the only number", async () => {
    expect((await rate(numeric, "3", "3 or 4", { take: "first" })).value).toBe(1);
    expect((await rate(numeric, "4", "3 or 4")).value).toBe(1);
    expect(await rate(numeric, "3", "3 or 4", { take: "only" })).toEqual({
      value: 0,
      feedback: 'expected 3 alone, got several numbers (3, 4): "3 or 4"',
    });
  });

  it("reads decimal commas and percent by option", async () => {
    expect((await rate(numeric, "1.234,5", "1.234,50 €", { decimal_mark: "," })).value).toBe(1);
    expect((await rate(numeric, "0.5", "50 %", { percent_as_fraction: true })).value).toBe(1);
    expect((await rate(numeric, "0.5", "50 %")).value).toBe(0);
  });

  it("rejects a row whose expected answer is not a number", async () => {
    const error = await rejection(rate(numeric, "many", "3"));
    expect(error.message).toBe(
      'rows.jsonl:7: scorer numeric: the row has no number in its expected answer "many"',
    );
    const missing = await rejection(make(numeric).score(makeJudgement({ output: "3" })));
    expect(missing.message).toBe("rows.jsonl:7: scorer numeric: the row has no expected answer");
  });

  it("is symmetric under an absolute tolerance", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer(), fc.nat(), async (one, other, tolerance) => {
        const there = await rate(numeric, String(one), String(other), { tolerance });
        const back = await rate(numeric, String(other), String(one), { tolerance });
        expect(there.value).toBe(back.value);
        expect(there.value).toBe(Math.abs(one - other) <= tolerance ? 1 : 0);
      }),
    );
  });
});
