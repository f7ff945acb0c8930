import { expect, test } from "vitest";
import { createOutcomeStore } from "../../../src/run/lab/outcome-store.ts";
import { rows } from "../../support/lab-world.ts";

const candidate = { id: "c1", texts: { p: "x" }, parents: [], promptTokens: 1 };

test("equal candidates are one; failed rows count as measured, but not in the mean", async () => {
  const outcomeStore = createOutcomeStore();
  expect(outcomeStore.add(candidate)).toEqual({ candidate, isNew: true });
  expect(outcomeStore.add({ ...candidate, parents: ["other"] })).toEqual({ candidate, isNew: false });
  const [one, two, three, four] = rows(4);
  if (one === undefined || two === undefined || three === undefined || four === undefined)
    throw new Error("no rows");
  outcomeStore.keep("c1", one, 0, Promise.resolve({ example: one, score: { value: 1 } }));
  outcomeStore.keep(
    "c1",
    two,
    0,
    Promise.resolve({ example: two, error: { code: "model_failed", message: "x" } }),
  );
  outcomeStore.keep("c1", three, 1, Promise.resolve({ example: three, score: { value: 0 } }));
  outcomeStore.keep("c1", four, 0, Promise.reject(new Error("no money")));
  await new Promise(setImmediate);
  expect(outcomeStore.standing("c1", rows(4))).toEqual({ mean: 1, rows: 2, failed: 1 });
  expect(outcomeStore.outcome("c1", four, 0)).toBeUndefined();
  expect(outcomeStore.arrived("c1", [two, one]).map(({ example }) => example.id)).toEqual(["row-1", "row-0"]);
});
