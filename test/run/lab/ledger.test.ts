import { expect, test } from "vitest";
import { createLedger } from "../../../src/run/lab/ledger.ts";
import { rows } from "../../support/lab-world.ts";

const candidate = { id: "c1", texts: { p: "x" }, parents: [], promptTokens: 1 };

test("equal candidates are one; what failed counts as measured, but not in the mean", async () => {
  const ledger = createLedger();
  expect(ledger.add(candidate)).toEqual({ candidate, isNew: true });
  expect(ledger.add({ ...candidate, parents: ["other"] })).toEqual({ candidate, isNew: false });
  const [one, two, three, four] = rows(4);
  if (one === undefined || two === undefined || three === undefined || four === undefined)
    throw new Error("no rows");
  ledger.keep("c1", one, 0, Promise.resolve({ example: one, score: { value: 1 } }));
  ledger.keep("c1", two, 0, Promise.resolve({ example: two, error: { code: "model_failed", message: "x" } }));
  ledger.keep("c1", three, 1, Promise.resolve({ example: three, score: { value: 0 } }));
  ledger.keep("c1", four, 0, Promise.reject(new Error("no money")));
  await new Promise(setImmediate);
  expect(ledger.standing("c1", rows(4))).toEqual({ mean: 1, rows: 2, failed: 1 });
  expect(ledger.outcome("c1", four, 0)).toBeUndefined();
  expect(ledger.arrived("c1", [two, one]).map(({ example }) => example.id)).toEqual(["row-1", "row-0"]);
});
