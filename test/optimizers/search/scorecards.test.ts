import { describe, expect, test } from "vitest";
import type { Example } from "../../../src/core/data/example.ts";
import { createScorecards } from "../../../src/optimizers/search/scorecards.ts";
import { exampleRow } from "../../support/example-row.ts";
import { createSimulatedLab } from "../../support/simulated-lab.ts";

const [right, half, wrong, unlucky, failing] = ["right", "half", "wrong", "unlucky", "failing"].map((id) =>
  exampleRow(id),
) as [Example, Example, Example, Example, Example];
const all = [right, half, wrong, unlucky, failing];

/** The text `better` is right on every row except the failing one. */
function openCards() {
  const lab = createSimulatedLab({
    seed: { p: "seed" },
    rollout({ p }, { id }, repeat) {
      if (id === "failing") return { error: { code: "model", message: "no answer" } };
      const isRight = p === "better" || id === "right" || (id === "unlucky" && repeat > 0);
      return { output: "x", score: { value: isRight ? 1 : id === "half" ? 0.5 : 0 } };
    },
    reflector: () => ({ text: "", isCutOff: false }),
  });
  const draft = lab.draft({ p: "better" }, []);
  if (!draft.accepted) throw new Error("refused");
  return { lab, seed: lab.seed, better: draft.candidate, cards: createScorecards(lab) };
}

describe("measuring", () => {
  test("never requests a pair twice, sequentially or concurrently", async () => {
    const { lab, seed, cards } = openCards();
    await cards.measure(seed, [right, wrong]);
    await Promise.all([cards.measure(seed, all), cards.measure(seed, [half, right, half])]);
    expect(lab.rolloutsAsked).toEqual(
      [right, wrong, half, unlucky, failing].map(({ id }) => `${seed.id} ${id} 0`),
    );
    expect(lab.calls.rollouts).toBe(5);
    expect(cards.rollouts).toBe(5);
  });

  test("no rows cost no rollouts", async () => {
    const { lab, seed, cards } = openCards();
    await cards.measure(seed, []);
    await cards.confirm(seed, []);
    expect([lab.calls.rollouts, cards.rollouts]).toEqual([0, 0]);
  });

  test("a row in progress counts as requested, and as measured after its answer", async () => {
    const { seed, better, cards } = openCards();
    const measuring = cards.measure(seed, [right]);
    expect([cards.isAsked(seed.id, right), cards.isMeasured(seed.id, right)]).toEqual([true, false]);
    await measuring;
    expect([cards.isAsked(seed.id, right), cards.isMeasured(seed.id, right)]).toEqual([true, true]);
    expect(cards.isAsked(better.id, right)).toBe(false);
    expect(cards.isAsked(seed.id, wrong)).toBe(false);
  });

  test("a failed row is measured without a score", async () => {
    const { seed, cards } = openCards();
    await cards.measure(seed, all);
    expect(cards.isMeasured(seed.id, failing)).toBe(true);
    expect(cards.score(seed.id, failing)).toBeUndefined();
    expect(cards.outcome(seed.id, failing)?.error?.code).toBe("model");
    expect(all.map((one) => cards.score(seed.id, one))).toEqual([1, 0.5, 0, 0, undefined]);
  });

  test("a mean covers only scored rows", async () => {
    const { seed, cards } = openCards();
    expect(cards.mean(seed.id, all)).toBe(0);
    await cards.measure(seed, [right, half, failing]);
    expect(cards.mean(seed.id, all)).toBe(0.75);
    expect(cards.mean(seed.id, [half])).toBe(0.5);
  });
});

describe("failures", () => {
  test("are measured rows that are not right, and not those without a score", async () => {
    const { seed, cards } = openCards();
    expect(all.filter((one) => cards.isFailure(seed.id, one))).toEqual([]);
    await cards.measure(seed, all);
    expect(all.filter((one) => cards.isFailure(seed.id, one))).toEqual([half, wrong, unlucky]);
  });

  test("exclude a row that succeeds when repeated; its score stays", async () => {
    const { lab, seed, cards } = openCards();
    await cards.measure(seed, all);
    await cards.confirm(seed, [wrong, unlucky]);
    expect(all.filter((one) => cards.isFailure(seed.id, one))).toEqual([half, wrong]);
    expect(cards.score(seed.id, unlucky)).toBe(0);
    expect(lab.rolloutsAsked.slice(5)).toEqual([`${seed.id} wrong 1`, `${seed.id} unlucky 1`]);
  });

  test("a repeat costs a rollout and happens once", async () => {
    const { lab, seed, better, cards } = openCards();
    await cards.measure(seed, all);
    await cards.confirm(seed, [wrong, unlucky]);
    await cards.confirm(seed, [wrong, unlucky, half]);
    expect(cards.rollouts).toBe(8);
    expect(lab.calls.rollouts).toBe(8);
    await cards.confirm(better, [wrong]);
    expect(cards.rollouts).toBe(9);
  });
});

describe("one better than another on a row", () => {
  test("is decided by scores if both were measured", async () => {
    const { seed, better, cards } = openCards();
    await cards.measure(seed, all);
    await cards.measure(better, all);
    expect(all.filter((one) => cards.isBetterOn(one, better, seed))).toEqual([half, wrong, unlucky]);
    expect(all.filter((one) => cards.isBetterOn(one, seed, better))).toEqual([]);
  });

  test("is decided by a right answer if the other was not measured", async () => {
    const { seed, better, cards } = openCards();
    await cards.measure(seed, all);
    expect(all.filter((one) => cards.isBetterOn(one, seed, better))).toEqual([right]);
    expect(all.filter((one) => cards.isBetterOn(one, better, seed))).toEqual([]);
  });
});
