import { describe, expect, it } from "vitest";
import { acceptedShare, type MutationWorld, searchOften } from "./mutation-world.ts";

// One step with one rewrite and 50 validation rows, every rollout an independent draw: how often are useless and
// useful rewrites accepted? The reference implementation, measured in the same way with minibatches of 3, accepts
// 33 % (accuracy 0.3), 43.5 % (0.6) and 61 % (0.8) of the useless rewrites.
const step = { validationRows: 50, candidatesPerStep: 1, steps: 1 };
const runs = 200;
// Twice the standard error of a share near the level, for this number of runs.
const chance = 0.06;

const accepted = async (world: Pick<MutationWorld, "accuracy" | "gain" | "options">) =>
  acceptedShare(await searchOften({ ...step, ...world }, runs));

describe("one step of the engine gepa", () => {
  it.each([0.3, 0.6, 0.8])(
    "accuracy %d: a rewrite that is no better is accepted at the stated level",
    async (accuracy) => {
      expect(await accepted({ accuracy, gain: 0 })).toBeLessThanOrEqual(0.2 + chance);
      const strict = { accuracy, gain: 0, options: { error_level: 0.05 } };
      expect(await accepted(strict)).toBeLessThanOrEqual(0.05 + chance / 2);
    },
  );

  it.each([0.3, 0.6, 0.8])("accuracy %d: a worse rewrite is almost never accepted", async (accuracy) => {
    expect(await accepted({ accuracy, gain: -0.1 })).toBeLessThanOrEqual(0.05);
  });

  it.each([
    [0.3, 0.8],
    [0.6, 0.8],
    [0.8, 0.95],
  ])("accuracy %d: of rewrites better by 0.2 at least %d are accepted", async (accuracy, share) => {
    expect(await accepted({ accuracy, gain: 0.2 })).toBeGreaterThanOrEqual(share);
  });

  it("accepts fewer useless and more useful rewrites than sums over the minibatch", async () => {
    const options = { acceptance: "strict_sum", validation: "full", merge: "off" };
    for (const accuracy of [0.3, 0.6, 0.8]) {
      expect(await accepted({ accuracy, gain: 0, options })).toBeGreaterThan(
        await accepted({ accuracy, gain: 0 }),
      );
    }
    expect(await accepted({ accuracy: 0.6, gain: 0.2, options })).toBeLessThan(
      await accepted({ accuracy: 0.6, gain: 0.2 }),
    );
  });
});
