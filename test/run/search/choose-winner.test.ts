import { beforeEach, describe, expect, test } from "vitest";
import { createOutcomeStore, type OutcomeStore } from "../../../src/run/lab/outcome-store.ts";
import { chooseWinner } from "../../../src/run/search/choose-winner.ts";
import { planOf, rows } from "../../support/lab-world.ts";

const validation = rows(10);
let outcomeStore: OutcomeStore;
beforeEach(() => {
  outcomeStore = createOutcomeStore();
});

async function measured(id: string, right: number, promptTokens = 10, on = 10): Promise<void> {
  outcomeStore.add({ id, texts: { p: id }, parents: [], promptTokens });
  for (const [at, example] of validation.slice(0, on).entries())
    outcomeStore.keep(id, example, 0, Promise.resolve({ example, score: { value: at < right ? 1 : 0 } }));
  await new Promise(setImmediate);
}

describe("winner", () => {
  test("is the best candidate measured on every row; ties go to the cheaper, then to the earlier one", async () => {
    await measured("base", 5);
    await measured("hasty", 9, 10, 9);
    await measured("good", 8);
    await measured("as good", 8);
    expect(chooseWinner(planOf(), outcomeStore, validation)?.candidate.id).toBe("good");
    await measured("as good and shorter", 8, 9);
    expect(chooseWinner(planOf(), outcomeStore, validation)?.candidate.id).toBe("as good and shorter");
  });

  test("gains nothing from rows it did not answer", async () => {
    await measured("base", 7);
    outcomeStore.add({ id: "shaky", texts: { p: "s" }, parents: [], promptTokens: 10 });
    // Equal to the base on every answered row, without answers on three rows that the base gets wrong.
    for (const [at, example] of validation.entries()) {
      const error = { code: "model", message: "down" };
      outcomeStore.keep("shaky", example, 0, Promise.resolve(at < 7 ? rightOn(example) : { example, error }));
    }
    await new Promise(setImmediate);
    expect(chooseWinner(planOf(), outcomeStore, validation)?.candidate.id).toBe("base");
  });

  test("gains nothing from rows the base did not answer", async () => {
    outcomeStore.add({ id: "base", texts: { p: "b" }, parents: [], promptTokens: 10 });
    for (const [at, example] of validation.entries()) {
      const error = { code: "model", message: "down" };
      const outcome = at < 3 ? { example, error } : { example, score: { value: at < 8 ? 1 : 0 } };
      outcomeStore.keep("base", example, 0, Promise.resolve(outcome));
    }
    await measured("other", 8);
    expect(chooseWinner(planOf(), outcomeStore, validation)?.candidate.id).toBe("base");
  });

  test("is the base if a rewrite is only as good", async () => {
    await measured("base", 5);
    await measured("other", 5);
    expect(chooseWinner(planOf(), outcomeStore, validation)?.candidate.id).toBe("base");
  });

  test("is undefined without measurements", async () => {
    await measured("base", 5, 10, 9);
    expect(chooseWinner(planOf(), outcomeStore, validation)).toBeUndefined();
  });

  test("a price on length counts in thousands of tokens", async () => {
    await measured("base", 5, 100);
    await measured("long", 6, 2100);
    const weighed = planOf({ objectives: { quality: 1, promptTokens: 0.1 } });
    const winner = chooseWinner(weighed, outcomeStore, validation);
    expect(winner?.candidate.id).toBe("base");
    expect(winner?.objective).toBeCloseTo((winner?.estimate ?? 0) - 0.01, 12);
    expect(chooseWinner(planOf(), outcomeStore, validation)?.candidate.id).toBe("long");
  });

  test("cheapest_within takes the shortest of those nearly as good", async () => {
    await measured("base", 5, 10);
    await measured("best", 9, 500);
    await measured("short", 8, 50);
    const plan = planOf({ select: { kind: "cheapest_within", margin: 0.11 } });
    const winner = chooseWinner(plan, outcomeStore, validation);
    expect(winner?.candidate.id).toBe("short");
    expect(winner?.reason).toMatch(/^the cheapest within 0.11 of the best estimate, 0.8\d\d$/);
  });

  test("a failed row is measured without a score", async () => {
    await measured("base", 5);
    outcomeStore.add({ id: "shaky", texts: { p: "s" }, parents: [], promptTokens: 10 });
    for (const [at, example] of validation.entries()) {
      const error = { code: "model", message: "down" };
      outcomeStore.keep(
        "shaky",
        example,
        0,
        Promise.resolve(at === 0 ? { example, error } : rightOn(example)),
      );
    }
    await new Promise(setImmediate);
    const winner = chooseWinner(planOf(), outcomeStore, validation);
    expect([winner?.candidate.id, winner?.mean]).toEqual(["shaky", 1]);
  });
});

function rightOn(example: (typeof validation)[number]) {
  return { example, score: { value: 1 } };
}
