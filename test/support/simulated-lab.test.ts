import { expect, test } from "vitest";
import { BudgetError } from "../../src/core/errors.ts";
import { exampleRow } from "./example-row.ts";
import { createSimulatedLab } from "./simulated-lab.ts";

const rows = Array.from({ length: 6 }, (_, at) => exampleRow(`row-${at}`));
const open = (more: Partial<Parameters<typeof createSimulatedLab>[0]> = {}) =>
  createSimulatedLab({
    seed: { p: "x" },
    rollout: (_, { id }) => ({ output: id, score: { value: id === "row-0" ? 1 : 0 } }),
    reflector: (_, occurrence) => ({ text: `reply ${occurrence}`, isCutOff: false }),
    ...more,
  });
const question = { messages: [{ role: "user", content: "Better?" }], purpose: "propose" };

test("a pair is never scored twice, even while the first request is in progress", async () => {
  const lab = open({ latencyMs: () => 2 });
  const [one, other] = await Promise.all([
    lab.evaluate(lab.seed, rows),
    lab.evaluate(lab.seed, rows.slice(3)),
  ]);
  expect(lab.calls.rollouts).toBe(6);
  expect(one.mean).toBeCloseTo(1 / 6);
  expect(other.outcomes.map(({ output }) => output)).toEqual(["row-3", "row-4", "row-5"]);
  await lab.evaluate(lab.seed, rows, { repeat: 1 });
  expect(lab.calls.rollouts).toBe(12);
});

test("answers are released by nominal duration, ties in request order", async () => {
  const released: string[] = [];
  const lab = open({ latencyMs: (turn) => 8 - turn });
  const note = (name: string) => () => void released.push(name);
  await Promise.all([
    lab.reflect(question).then(note("reflection")),
    lab.evaluate(lab.seed, rows.slice(0, 2)).then(note("rows")),
    lab.evaluate(lab.seed, rows.slice(2, 3)).then(note("row")),
    lab.evaluate(lab.seed, rows.slice(0, 2)).then(note("known rows")),
  ]);
  expect(released).toEqual(["known rows", "rows", "row", "reflection"]);
});

test("equal questions are numbered by occurrence", async () => {
  const lab = open();
  expect(await lab.reflect(question)).toMatchObject({ text: "reply 0" });
  expect(await lab.reflect(question)).toMatchObject({ text: "reply 1" });
});

test("a request over budget is refused as a whole, and the rest can still be spent", async () => {
  const lab = open({ calls: 4 });
  await expect(lab.evaluate(lab.seed, rows)).rejects.toThrow(BudgetError);
  expect(lab.budget).toMatchObject({ callsLeft: 4, spentShare: 0 });
  await lab.evaluate(lab.seed, rows.slice(0, 3));
  await lab.reflect(question);
  await expect(lab.reflect(question)).rejects.toThrow("the budget of 4 calls is spent");
  expect(lab.budget).toMatchObject({ callsLeft: 0, spentShare: 1 });
});

test("a candidate that was never drafted does not run", async () => {
  const lab = open();
  const stranger = { ...lab.seed, id: "stranger" };
  await expect(lab.evaluate(stranger, rows)).rejects.toThrow("candidate stranger was never drafted");
});

test("the winner is the best candidate measured on all rows, the earlier of equals", async () => {
  const lab = open({ rollout: ({ p }) => ({ score: { value: p === "x" ? 0.5 : 1 } }) });
  const [partly, fully] = ["partly", "fully"].map((p) => lab.draft({ p }, [lab.seed.id]));
  if (partly?.accepted) await lab.evaluate(partly.candidate, rows.slice(0, 5));
  await lab.evaluate(lab.seed, rows);
  expect(lab.winner(rows)).toBe(lab.seed);
  if (fully?.accepted) await lab.evaluate(fully.candidate, rows);
  expect(lab.winner(rows).texts).toEqual({ p: "fully" });
});
