import { expect, test } from "vitest";
import { createRandom } from "../../../src/core/random.ts";
import { selectParent } from "../../../src/optimizers/gepa/select-parent.ts";
import { promptOf } from "../../support/search-world.ts";
import { openSearchWorld } from "./open-search.ts";

/** Three members: the seed, one that is right where the seed is not, and one that dominates neither. */
async function threeMembers(options: object) {
  const { search, draft, task } = await openSearchWorld(options, { statedBySeed: ["r1", "r2"] });
  const [leader, other] = [draft(promptOf(["r3", "r4", "r5", "r6"])), draft(promptOf(["r2", "r5"]))];
  for (const candidate of [leader, other]) await search.cards.measure(candidate, task.validation);
  search.members.push(leader, other);
  search.leader = leader;
  const drawn = Array.from({ length: 900 }, (_, at) => selectParent(search, createRandom(at)).id);
  const shareOf = (id: string) => drawn.filter((one) => one === id).length / drawn.length;
  return { seed: shareOf(task.seed.id), leader: shareOf(leader.id), other: shareOf(other.id) };
}

test("current_best always takes the leader", async () => {
  expect(await threeMembers({ selection: "current_best" })).toEqual({ seed: 0, leader: 1, other: 0 });
});

test("epsilon_greedy takes any member in its share of the draws", async () => {
  expect(await threeMembers({ selection: "epsilon_greedy", epsilon: 0 })).toMatchObject({ leader: 1 });
  const always = await threeMembers({ selection: "epsilon_greedy", epsilon: 1 });
  for (const share of Object.values(always)) expect(share).toBeCloseTo(1 / 3, 1);
});

test("pareto takes from the front, the leader most often", async () => {
  const shares = await threeMembers({ selection: "pareto" });
  expect(shares.leader).toBeGreaterThanOrEqual(0.6);
  expect(shares.leader).toBeLessThan(1);
  expect(shares.seed + shares.other).toBeGreaterThan(0);
});

test("pareto takes the leader while it is the only member", async () => {
  const { search, task } = await openSearchWorld();
  expect(selectParent(search, createRandom(1))).toBe(task.seed);
});
