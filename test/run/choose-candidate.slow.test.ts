import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/core/random.ts";
import { chooseCandidate, type ScoredCandidate } from "../../src/run/search/choose-candidate.ts";

const byQuality = { objectives: { quality: 1, promptTokens: 0 }, select: { kind: "best" } } as const;
const within = (margin: number) => ({ ...byQuality, select: { kind: "cheapest_within", margin } }) as const;

/** Random scores with a probability of success; those beyond `seen` are missing. */
function coins(name: string, chance: number, rows = 60, seen = rows): ScoredCandidate {
  const random = createRandom(name);
  const scores = Array.from({ length: rows }, () => (random.next() < chance ? 1 : 0));
  return {
    scores: scores.map((score, at) => (at < seen ? score : undefined)),
    isComplete: seen === rows,
    promptTokens: 100,
    usd: null,
  };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("the choice among candidates", () => {
  test("follows the measured means if differences are real, with an estimate near the truth", () => {
    const gaps: number[] = [];
    for (let seed = 0; seed < 20; seed++) {
      const others = Array.from({ length: 18 }, (_, at) => coins(`${seed}/${at}`, 0.5));
      const good = coins(`${seed}/good`, 0.9);
      const { chosen } = chooseCandidate(byQuality, [coins(`${seed}/base`, 0.1), ...others, good]) ?? {};
      expect(chosen?.scoredCandidate).toBe(good);
      gaps.push((chosen?.estimate ?? 0) - 0.9);
    }
    expect(Math.abs(mean(gaps))).toBeLessThan(0.03);
  });

  test.each([0.3, 0.6, 0.8])(
    "reports no selection bias: accuracy %d, 20 and 100 candidates that are no better",
    (accuracy) => {
      for (const [count, rows, searches] of [
        [20, 60, 150],
        [100, 60, 75],
      ] as const) {
        const excess = Array.from({ length: searches }, (_, seed) => {
          const all = Array.from({ length: count }, (_, at) => coins(`${seed}/${at}`, accuracy, rows));
          const choice = chooseCandidate(byQuality, all);
          expect(Math.max(...(choice?.appraisals.map((one) => one.mean) ?? []))).toBeGreaterThan(accuracy);
          return (choice?.chosen.estimate ?? 1) - accuracy;
        });
        expect(mean(excess)).toBeLessThanOrEqual(0.02);
      }
    },
  );

  test("loses almost nothing against the highest mean if gains are small", () => {
    const lost: number[] = [];
    for (let seed = 0; seed < 40; seed++) {
      const random = createRandom(`gains/${seed}`);
      const chances = [0.6, ...Array.from({ length: 20 }, () => 0.6 + 0.2 * random.next())];
      const all = chances.map((chance, at) => coins(`${seed}/${at}`, chance));
      const { chosen, appraisals = [] } = chooseCandidate(byQuality, all) ?? {};
      const top = appraisals.reduce((best, one) => (one.mean > best.mean ? one : best));
      const truth = (one: ScoredCandidate | undefined) => chances[all.indexOf(one as ScoredCandidate)] ?? 0;
      lost.push(truth(top.scoredCandidate) - truth(chosen?.scoredCandidate));
    }
    expect(mean(lost)).toBeLessThan(0.01);
  });

  test("keeps the base if no estimate is above its measured mean", () => {
    const worse = Array.from({ length: 50 }, (_, at) => coins(`worse/${at}`, 0.45));
    const base = coins("base", 0.62);
    const choice = chooseCandidate(byQuality, [base, ...worse]);
    expect(choice?.chosen.scoredCandidate).toBe(base);
    expect(choice?.reason).toBe("no other estimate is above what the base measured");
    expect(Math.max(...(choice?.appraisals.map((one) => one.mean) ?? []))).toBeGreaterThan(0.55);
  });

  test("considers only candidates measured on every row, but uses all scores", () => {
    const base = coins("base", 0.5);
    const lucky = coins("lucky", 0.7);
    const alone = chooseCandidate(byQuality, [base, lucky]);
    expect(alone?.chosen.scoredCandidate).toBe(lucky);
    const stopped = Array.from({ length: 30 }, (_, at) => coins(`stopped/${at}`, 0.5, 60, 20));
    const perfect = coins("perfect", 1, 60, 59);
    const choice = chooseCandidate(byQuality, [base, lucky, ...stopped, perfect]);
    expect(choice?.appraisals.map(({ scoredCandidate }) => scoredCandidate)).toEqual([base, lucky]);
    const { estimate = 1, mean: measured = 0 } = choice?.appraisals[1] ?? {};
    expect(estimate).toBeLessThan(measured);
    const twin = chooseCandidate(byQuality, [base, lucky, ...stopped]);
    expect(twin?.appraisals[1]?.estimate).not.toBe(alone?.chosen.estimate);
  });

  test("returns the exact mean of the base if it is alone", () => {
    const base = { scores: [1, 0, 0], isComplete: true, promptTokens: 1, usd: null };
    expect(chooseCandidate(byQuality, [base])?.chosen).toMatchObject({ mean: 1 / 3, estimate: 1 / 3 });
    expect(chooseCandidate(byQuality, [{ ...base, isComplete: false }])).toBeUndefined();
  });

  test("compares prices in dollars if all are known, otherwise in tokens", () => {
    const base = { ...coins("base", 0.1), promptTokens: 10, usd: 0.001 };
    const wordy = { ...coins("good", 0.9), promptTokens: 90, usd: 0.002 };
    const terse = { ...coins("good", 0.9), promptTokens: 80, usd: 0.003 };
    expect(chooseCandidate(within(0.05), [base, wordy, terse])?.chosen.scoredCandidate).toBe(wordy);
    const unknown = { ...terse, usd: null };
    expect(chooseCandidate(within(0.05), [base, wordy, unknown])?.chosen.scoredCandidate).toBe(unknown);
  });
});
