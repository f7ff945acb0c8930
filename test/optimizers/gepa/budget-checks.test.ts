import { expect, test } from "vitest";
import { BudgetError } from "../../../src/core/errors.ts";
import {
  affordableChallengers,
  affordableLanes,
  canPayStep,
  isTight,
  spareRollouts,
} from "../../../src/optimizers/gepa/budget-checks.ts";
import { promptOf } from "../../support/search-world.ts";
import { openSearchWorld } from "./open-search.ts";

// 12 validation rows, 3 lanes: a lane takes 6 calls, and 8 more if its rewrite runs its first rows.
const open = (calls?: number) =>
  openSearchWorld({}, calls === undefined ? {} : { caps: { calls: 12 + calls } });

test("no search is tight without a budget", async () => {
  const { search } = await open();
  expect(search.spending.rolloutsLeft).toBe(Number.POSITIVE_INFINITY);
  expect(isTight(search, 1)).toBe(false);
  expect(canPayStep(search, false)).toBe(true);
});

test("a step's price includes measuring its result", async () => {
  // Three lanes and a fold cost 19 when validation is deferred, otherwise 43; the new candidate's rows come
  // on top.
  expect(canPayStep((await open(31)).search, true)).toBe(true);
  expect(canPayStep((await open(30)).search, true)).toBe(false);
  expect(canPayStep((await open(55)).search, false)).toBe(true);
  expect(canPayStep((await open(54)).search, false)).toBe(false);
});

test("the budget for validating a pending candidate is set aside", async () => {
  const { search, draft } = await open(40);
  expect(spareRollouts(search)).toBe(40);
  search.pending = [draft(promptOf(["r1", "r2"]))];
  expect(spareRollouts(search)).toBe(28);
});

test("as many lanes run as leave enough for a validation, or none", async () => {
  expect(affordableLanes((await open(26)).search, true)).toBe(2);
  expect(affordableLanes((await open(19)).search, true)).toBe(1);
  const { search } = await open(18);
  expect(() => affordableLanes(search, true)).toThrow(BudgetError);
  expect(() => affordableLanes(search, true)).toThrow(
    "the remaining budget (about 18 rollouts) does not cover another candidate and its validation",
  );
});

test("challengers begin only while one of them can finish", async () => {
  const { search } = await open(20);
  expect(affordableChallengers(search, 4)).toBe(3);
  expect(affordableChallengers(search, 8)).toBe(2);
  expect(affordableChallengers((await open(3)).search, 4)).toBe(0);
});

test("a budget is tight if it does not cover the comparisons of every step to come", async () => {
  // Four steps, each with three lanes, a fold and three validations.
  expect(isTight((await open(4 * (19 + 36))).search, 1)).toBe(false);
  expect(isTight((await open(4 * (19 + 36) - 1)).search, 1)).toBe(true);
});
