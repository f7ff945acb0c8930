import { expect, test } from "vitest";
import type { Rewrite } from "../../../../src/optimizers/gepa/rewriting/rewrite.ts";
import { gateBySum } from "../../../../src/optimizers/gepa/validation/gate-by-sum.ts";
import { allRules, promptOf } from "../../../support/search-world.ts";
import { openSearchWorld } from "../open-search.ts";

async function gateOf(options: object, stated: readonly (readonly string[])[]) {
  const world = await openSearchWorld({ merge: "off", ...options });
  const minibatch = world.task.train.slice(0, 6);
  const rewrites = stated.map(
    (rules, at): Rewrite => ({
      by: "reflection",
      candidate: world.draft(promptOf(rules, ` Take ${at}.`)),
      parents: [world.task.seed],
      minibatch,
      lesson: [],
    }),
  );
  const isProgress = await gateBySum(world.search, 1, rewrites);
  return { ...world, rewrites, isProgress };
}

test("a rewrite that beats its parent on the minibatch is validated in full and accepted", async () => {
  const { search, rewrites, isProgress, validationOf } = await gateOf({ acceptance: "strict_sum" }, [
    ["r1"],
    allRules,
  ]);
  expect(isProgress).toBe(true);
  expect(search.members.map(({ id }) => id)).toEqual([search.task.seed.id, rewrites[1]?.candidate.id]);
  expect(validationOf(rewrites[1]?.candidate.id ?? "")).toBe(1);
  expect(validationOf(rewrites[0]?.candidate.id ?? "")).toBeUndefined();
});

test("any other rewrite is reported and remembered", async () => {
  const { search, events, task, isProgress } = await gateOf({ acceptance: "strict_sum" }, [[]]);
  expect(isProgress).toBe(false);
  const reason = expect.stringMatching(
    new RegExp(`^minibatch against ${task.seed.id}: better on 0 and worse on \\d of 6 rows$`),
  );
  expect(events).toMatchObject([{ type: "candidate-rejected", reason }]);
  expect(search.memory.recall(task.seed.id, "p")).toMatchObject([{ name: "p", reason }]);
});

test("an equal sum suffices with improvement_or_equal", async () => {
  expect((await gateOf({ acceptance: "improvement_or_equal" }, [["r1"]])).isProgress).toBe(true);
  expect((await gateOf({ acceptance: "strict_sum" }, [["r1"]])).isProgress).toBe(false);
});
