import { expect, it } from "vitest";
import { compareChampions } from "../../../src/optimizers/engine-race/rank.ts";
import { createSharedMeasurements } from "../../../src/optimizers/engine-race/shared-measurements.ts";
import { rows } from "../../support/lab-world.ts";
import { candidateOf } from "../gepa/open-search.ts";

/** Scores as digits, one per row: `1` right, `0` wrong, `x` failed. */
function boardOf(scores: Readonly<Record<string, string>>) {
  const measurements = createSharedMeasurements();
  const examples = rows(8);
  for (const [id, digits] of Object.entries(scores)) {
    const outcomes = [...digits].map((digit, at) => ({
      example: examples[at] as (typeof examples)[number],
      ...(digit === "x"
        ? { error: { code: "model_failed", message: "no answer" } }
        : { score: { value: Number(digit) } }),
    }));
    measurements.noteFound(candidateOf(id, { p: id }), { candidate: id, outcomes, mean: 0 });
  }
  const champion = (id: string, tried = 1) => ({ candidate: candidateOf(id, { p: id }), tried });
  return { measurements, examples, champion };
}
const how = { errorLevel: 0.1, challengers: 1 };

it("accepts three wins without a loss as better, but not two", () => {
  const { measurements, champion, examples } = boardOf({ a: "11100000", b: "00000000", c: "11000000" });
  const verdict = (one: string, other: string) =>
    compareChampions(measurements, champion(one), [champion(other)], examples, how).verdict;
  expect(verdict("a", "b")).toBe("better");
  expect(verdict("c", "b")).toBe("open");
  expect(verdict("b", "a")).toBe("worse");
});

it("is stricter for the best of several candidates and for one of several challengers", () => {
  const { measurements, champion, examples } = boardOf({ a: "11100000", b: "00000000" });
  const against = [champion("b")];
  expect(compareChampions(measurements, champion("a", 2), against, examples, how).verdict).toBe("open");
  const crowd = { ...how, challengers: 2 };
  expect(compareChampions(measurements, champion("a"), against, examples, crowd).verdict).toBe("open");
});

it("must beat all defenders and reports the strongest one", () => {
  const { measurements, champion, examples } = boardOf({ a: "11100000", b: "00000000", c: "11000000" });
  const both = compareChampions(measurements, champion("a"), [champion("b"), champion("c")], examples, how);
  expect(both).toMatchObject({ verdict: "open", lead: 1, rows: 8 });
});

it("leaves out rows without a score on either side", () => {
  const { measurements, champion, examples } = boardOf({ a: "1x110000", b: "0000x000" });
  const one = compareChampions(measurements, champion("a"), [champion("b")], examples, how);
  expect(one).toMatchObject({ rows: 6, lead: 3 });
});

it("prefers the more certain of two equal leads", () => {
  const { measurements, champion, examples } = boardOf({
    a: "11000000",
    b: "11110011",
    z: "00000000",
    y: "00110011",
  });
  const [sure, unsure] = [
    compareChampions(measurements, champion("a"), [champion("z")], examples, how),
    compareChampions(measurements, champion("y"), [champion("b")], examples, how),
  ];
  expect(sure.lowerBound).toBeGreaterThan(unsure.lowerBound);
});
