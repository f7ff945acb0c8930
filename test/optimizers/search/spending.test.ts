import { expect, test } from "vitest";
import type { BudgetView, Lab } from "../../../src/contracts/optimizer.ts";
import { createScorecards } from "../../../src/optimizers/search/scorecards.ts";
import { countReflections, createSpending } from "../../../src/optimizers/search/spending.ts";
import { exampleRow } from "../../support/example-row.ts";
import { createSimulatedLab } from "../../support/simulated-lab.ts";

const rows = Array.from({ length: 10 }, (_, at) => exampleRow(`row-${at}`));

function openSpending(budget: { -readonly [Key in keyof BudgetView]: BudgetView[Key] }) {
  const simulated = createSimulatedLab({
    seed: { p: "x" },
    rollout: () => ({ score: { value: 1 } }),
    reflector: () => ({ text: "", isCutOff: false }),
  });
  const lab: Lab = { ...simulated, budget };
  const counted = countReflections(lab);
  const cards = createScorecards(counted.lab);
  return { budget, cards, counted, seed: simulated.seed, spending: createSpending(counted, cards) };
}

test("rollouts are unlimited without a cap", () => {
  const { spending } = openSpending({ callsLeft: Number.POSITIVE_INFINITY, spentShare: 0 });
  expect(spending.rolloutsLeft).toBe(Number.POSITIVE_INFINITY);
});

test("a rollout with judge calls counts at its own price", async () => {
  const { spending, cards, seed, counted, budget } = openSpending({ callsLeft: 100, spentShare: 0 });
  expect(spending.rolloutsLeft).toBe(100);
  await cards.measure(seed, rows.slice(0, 5));
  await counted.lab.reflect({ messages: [], purpose: "propose" });
  budget.callsLeft = 100 - 5 * 3 - 1;
  expect(spending.rolloutsLeft).toBe(28);
});

test("repeated rows count as one rollout, and cached answers do not lower the price below one call", async () => {
  const { spending, cards, seed, budget } = openSpending({ callsLeft: 100, spentShare: 0 });
  await cards.measure(seed, rows);
  await cards.measure(seed, rows);
  expect(cards.rollouts).toBe(10);
  budget.callsLeft = 98;
  expect(spending.rolloutsLeft).toBe(98);
});

test("a cap on money limits the rollouts at the prices paid so far", async () => {
  const { spending, cards, seed, budget } = openSpending({
    callsLeft: Number.POSITIVE_INFINITY,
    spentShare: 0.1,
  });
  await cards.measure(seed, rows);
  budget.spentShare = 0.3;
  // Ten rollouts used a fifth of the budget; seven tenths are left.
  expect(spending.rolloutsLeft).toBe(35);
});

test("the tightest of several caps counts", async () => {
  const { spending, cards, seed, budget } = openSpending({ callsLeft: 100, spentShare: 0 });
  await cards.measure(seed, rows);
  Object.assign(budget, { callsLeft: 90, spentShare: 0.5 });
  expect(spending.rolloutsLeft).toBe(10);
});
