import { expect, test } from "vitest";
import { expectSurvivesKills } from "../support/killed-run.ts";

// Fifty moments of larger runs: npm run test:kill.
test("kill -9 at five random moments: same decisions, same prompt, only open calls are paid again", async () => {
  const kills = await expectSurvivesKills({
    project: { rows: 60 },
    concurrency: 8,
    longestSession: 30,
    seed: 7,
    kills: 5,
  });
  expect(kills).toBe(5);
});
