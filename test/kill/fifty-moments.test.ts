import { expect, test } from "vitest";
import { expectSurvivesKills } from "../support/killed-run.ts";

test("kill -9 at fifty random moments: same decisions, same prompt, only open calls are paid again", async () => {
  let kills = 0;
  for (let seed = 1; kills < 50; seed++) {
    kills += await expectSurvivesKills({
      project: { rows: 150, optimization: { num_candidates: 5, max_steps: 4, seed } },
      concurrency: 8,
      longestSession: 60,
      seed,
      kills: 50 - kills,
    });
  }
  expect(kills).toBe(50);
});
