import { describe, expect, test } from "vitest";
import type { HeadroomFindings } from "../../../src/run/headroom/headroom-findings.ts";
import { headroomVerdict } from "../../../src/run/headroom/headroom-verdict.ts";

const failures = { failed: 0, findings: [], at: new Set<number>() };

function findings(score: number, over: Partial<HeadroomFindings> = {}): HeadroomFindings {
  return {
    base: { score, interval: [0, 1], rows: 30, failed: 0, wrong: Math.round(30 * (1 - score)) },
    noise: { rows: 10, changed: 0, reworded: 0, variance: 0 },
    format: { failures, gain: 0 },
    source: null,
    samples: { rows: 4, each: 4, right: 0, answersRight: 0, answers: 16, chance: null, temperature: 0.8 },
    ...over,
  };
}
const gate = { testRows: 90, confidence: 0.95 };
const noisy = (variance: number) => ({
  noise: { rows: 10, changed: Math.round(10 * variance), reworded: 10, variance },
});

describe("the verdict", () => {
  test.each<readonly [string, HeadroomFindings, RegExp]>([
    ["format", findings(0.4, { format: { failures, gain: 0.3 } }), /^format: .*, about 30 points$/],
    ["knowledge", findings(0.5), /^knowledge: few-shot or another model/],
    ["ceiling", findings(0.97), /^at the ceiling: almost every row is right$/],
    ["ceiling", findings(0.85, noisy(0.25)), /^at the ceiling: what is missing is the noise/],
    [
      "noise",
      findings(0.8, noisy(0.1)),
      /^noise: about \d+ more test rows first, to prove a gain of \d+ points$/,
    ],
    [
      "unclear",
      findings(0.5, {
        samples: { rows: 4, each: 4, right: 3, answersRight: 8, answers: 16, chance: null, temperature: 0.8 },
      }),
      /^unclear: the model gets wrong rows right/,
    ],
    ["unclear", findings(0.5, { samples: null }), /^unclear: wrong rows were not sampled/],
    [
      "unclear",
      findings(0.5, {
        samples: { rows: 1, each: 4, right: 0, answersRight: 0, answers: 16, chance: null, temperature: 0.8 },
      }),
      /^unclear: too few wrong rows/,
    ],
  ])("%s", (kind, found, message) => {
    const verdict = headroomVerdict(found, gate);
    expect(verdict.kind).toBe(kind);
    expect(verdict.message).toMatch(message);
  });

  test("with few labels, a row that comes right once in four samples may be a guess", () => {
    const kindOf = (answersRight: number) => {
      const samples = {
        rows: 4,
        each: 4,
        right: 4,
        answersRight,
        answers: 16,
        chance: 1 / 3,
        temperature: 1,
      };
      return headroomVerdict(findings(0.5, { samples }), gate).kind;
    };
    // A third of the answers is what guesses get.
    expect([5, 8, 11].map(kindOf)).toEqual(["knowledge", "knowledge", "unclear"]);
  });

  test("few scored rows give no verdict", () => {
    const base = { score: 0, interval: [0, 1] as const, rows: 7, failed: 23, wrong: 7 };
    const format = { failures, gain: 0.5 };
    expect(headroomVerdict(findings(0, { base, format }), gate).message).toBe(
      "unclear: 7 scored rows are too few",
    );
  });

  test("names the source model where it is better", () => {
    const source = { score: 0.9, difference: 0.4, rows: 20, failed: 0 };
    expect(headroomVerdict(findings(0.5, { source }), gate).message).toMatch(/the source model is better/);
  });

  test("a gain by format that a small gate cannot prove asks for rows too", () => {
    const found = findings(0.4, { format: { failures, gain: 0.3 } });
    const verdict = headroomVerdict(found, { ...gate, testRows: 5 });
    expect(verdict.kind).toBe("format");
    expect(verdict.message).toMatch(/; about \d+ more test rows would prove it$/);
  });
});

describe("the room", () => {
  test("is reduced by errors that a second answer would make by chance", () => {
    expect(headroomVerdict(findings(0.6), gate).room).toBeCloseTo(0.4);
    // Two answers that each fail by chance in 1 of 10 rows differ in 2 × 0.1 × 0.9 of them.
    expect(headroomVerdict(findings(0.6, noisy(0.18)), gate).room).toBeCloseTo(0.3);
  });

  test("needs fewer rows where graded scores lose a little on every row", () => {
    const allWrong = findings(0.8);
    const graded = { ...allWrong, base: { ...allWrong.base, wrong: 30 } };
    const more = (found: HeadroomFindings) =>
      headroomVerdict(found, { ...gate, testRows: 1 }).moreTestRows ?? 0;
    expect(more(graded)).toBeLessThan(more(allWrong) / 3);
  });

  test("the rows asked for prove the gain in four of five simulated gates", async () => {
    const { createRandom } = await import("../../../src/core/random.ts");
    const { compareBounded } = await import("../../../src/core/statistics/bounded-comparison.ts");
    const score = 0.7;
    const rows = headroomVerdict(findings(score), { ...gate, testRows: 0 }).moreTestRows ?? 0;
    const gain = 0.6 * (1 - score);
    const random = createRandom("headroom-power");
    let proven = 0;
    const trials = 200;
    for (let trial = 0; trial < trials; trial++) {
      const pairs = Array.from({ length: rows }, () => {
        const draw = random.next();
        return { base: Number(draw < score), optimized: Number(draw < score + gain) };
      });
      if (compareBounded(pairs, { confidence: 0.95, seed: trial }).interval[0] > 0) proven++;
    }
    expect(proven / trials).toBeGreaterThan(0.7);
  });
});
