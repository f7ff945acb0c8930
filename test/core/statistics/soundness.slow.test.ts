import { describe, expect, it } from "vitest";
import { createRandom, type Random } from "../../../src/core/random.ts";
import { normalQuantile } from "../../../src/core/statistics/distributions.ts";
import type { Interval } from "../../../src/core/statistics/mean.ts";
import { meanDifferenceInterval, pairedDifferences } from "../../../src/core/statistics/mean-interval.ts";
import { comparePaired } from "../../../src/core/statistics/paired-comparison.ts";

type Pair = readonly [base: number, optimized: number];
type World = { readonly truth: number; readonly draw: (random: Random) => Pair };

const runs = 1_000;
const sizes = [30, 50, 200];
const clip = (value: number) => Math.min(1, Math.max(0, value));
const noise = (random: Random) => 0.2 * normalQuantile(random.next() || 0.5);
const bit = (random: Random, chance: number) => (random.next() < chance ? 1 : 0);

const binary: Readonly<Record<string, World>> = {
  "identical prompts": {
    truth: 0,
    draw: (random) => {
      const ease = random.next() < 0.7 ? 0.9 : 0.3;
      return [bit(random, ease), bit(random, ease)];
    },
  },
  "a gain of 0.2": {
    truth: 0.2,
    draw: (random) => {
      const lot = random.next();
      return [lot < 0.5 ? 1 : 0, lot < 0.45 || lot > 0.75 ? 1 : 0];
    },
  },
};

const graded: Readonly<Record<string, World>> = {
  "identical prompts": {
    truth: 0,
    draw: (random) => {
      const ease = random.next();
      return [clip(ease + noise(random)), clip(ease + noise(random))];
    },
  },
  "identical prompts that rarely differ": {
    // The offset keeps an interval that merely touches 0 from counting as covering it.
    truth: 1e-6,
    draw: (random) => {
      const level = random.integer(5) / 4;
      return [level, random.next() < 0.15 ? random.integer(5) / 4 : level];
    },
  },
  "rare gains and rarer losses": {
    truth: 0.06,
    draw: (random) => {
      const lot = random.next();
      return [0.5, lot < 0.15 ? 1 : lot < 0.2 ? 0.2 : 0.5];
    },
  },
  "skewed gains": {
    truth: 0.07,
    draw: (random) => {
      const lot = random.next();
      return [0.5, lot < 0.1 ? 1 : lot < 0.3 ? 0.6 : 0.5];
    },
  },
};

function simulate(
  { truth, draw }: World,
  rows: number,
  count: number,
  intervalOf: (pairs: readonly Pair[], seed: number) => Interval,
) {
  const random = createRandom(`soundness:${rows}`);
  let covered = 0;
  let passed = 0;
  for (let run = 0; run < count; run++) {
    const pairs = Array.from({ length: rows }, () => draw(random));
    const [low, high] = intervalOf(pairs, run);
    if (low <= truth && truth <= high) covered++;
    if (low > 0) passed++;
  }
  return { covered: covered / count, passed: passed / count };
}

const split = (pairs: readonly Pair[]) =>
  [pairs.map(([base]) => base), pairs.map(([, other]) => other)] as const;
const comparison = (pairs: readonly Pair[], seed: number) =>
  comparePaired(...split(pairs), { confidence: 0.95, seed, resamples: 1_000 }).interval;
const bootstrap = (pairs: readonly Pair[], seed: number) =>
  meanDifferenceInterval(pairedDifferences(...split(pairs)), {
    confidence: 0.95,
    seed,
    resamples: pairs.length > 100 ? 500 : 1_000,
  });

describe.each(sizes)("over %i rows", (rows) => {
  it.each(Object.entries(binary))("binary: %s", (_, world) => {
    const { covered, passed } = simulate(world, rows, runs, comparison);
    expect(covered).toBeGreaterThanOrEqual(0.93);
    if (world.truth === 0) expect(passed).toBeLessThanOrEqual(0.05);
  });

  // The sign-flip test can only widen this interval, so its coverage is a lower bound.
  it.each(Object.entries(graded))("graded: %s", (_, world) => {
    const { covered, passed } = simulate(world, rows, runs, bootstrap);
    expect(covered).toBeGreaterThanOrEqual(0.93);
    if (world.truth < 1e-3) expect(passed).toBeLessThanOrEqual(0.05);
  });
});

describe("the whole graded comparison", () => {
  it.each(["identical prompts", "identical prompts that rarely differ"])("over 30 rows: %s", (name) => {
    const { passed } = simulate(graded[name] as World, 30, 400, comparison);
    expect(passed).toBeLessThanOrEqual(0.05);
  });
});
