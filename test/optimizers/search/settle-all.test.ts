import { expect, test } from "vitest";
import { BudgetError, ModelError } from "../../../src/core/errors.ts";
import { settleAll } from "../../../src/optimizers/search/settle-all.ts";

const later = async <T>(act: () => T): Promise<T> => {
  await new Promise((resolve) => setTimeout(resolve, 2));
  return act();
};
const spent = new BudgetError("the budget of 9 calls is spent", "calls");
const fail = (error: unknown) => (): never => {
  throw error;
};

test("results come in the order of the lanes", async () => {
  expect(await settleAll([later(() => "slow"), Promise.resolve("fast")])).toEqual(["slow", "fast"]);
});

test("a failing lane waits for the others to end", async () => {
  let ended = 0;
  const lanes = [Promise.reject(spent), later(() => ended++), later(() => ended++)];
  await expect(settleAll(lanes)).rejects.toBe(spent);
  expect(ended).toBe(2);
});

test("any other error takes precedence over a spent budget", async () => {
  const error = new ModelError("wrong key", { kind: "auth" });
  await expect(settleAll([later(fail(spent)), later(fail(error))])).rejects.toBe(error);
});
