import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import type { ModelQuestion } from "../../src/contracts/answer-store.ts";
import { createRandom } from "../../src/core/random.ts";
import { openFolderAnswers } from "../../src/run/answers/folder-answers.ts";
import { createHttpProject, decisionsOf, offlineAnswer } from "../support/http-project.ts";
import { startLoopbackOpenAI } from "../support/loopback-openai.ts";
import { spawnCli, startCli } from "../support/spawn-cli.ts";

/** Processes at once, calls at once in each, kills. */
test.each([
  [2, 8, 10],
  [5, 4, 6],
  [3, 64, 6],
])(
  "%i runs at once with -j %i: %i of them killed, the others decide as one alone",
  async (processes, concurrency, kills) => {
    const server = await startLoopbackOpenAI({
      answer: offlineAnswer,
      isRecording: false,
      latency: { medianMs: 15, sigma: 0.8, seed: processes },
    });
    const random = createRandom(`claims ${processes} ${concurrency}`);
    const args = ["run", "config.yaml", "-j", String(concurrency)];
    try {
      const whole = createHttpProject({ baseUrl: server.baseUrl, rows: 40 });
      const ended = await spawnCli(args, { cwd: whole.directory });
      expect(ended.exitCode, ended.stderr).toBe(0);
      const calls = server.count;
      for (let kill = 0; kill < kills; kill++) {
        const project = createHttpProject({ baseUrl: server.baseUrl, rows: 40 });
        const before = server.count;
        const runs = Array.from({ length: processes }, () => startCli(args, { cwd: project.directory }));
        await server.reached(before + 1 + random.integer(calls - 2));
        await wait(random.integer(20));
        runs[random.integer(processes)]?.child.kill("SIGKILL");
        const results = await Promise.all(runs.map(({ result }) => result));
        const whoEnded = results.filter(({ signal }) => signal === null);
        expect(whoEnded.length).toBeGreaterThanOrEqual(processes - 1);
        for (const { exitCode, stderr } of whoEnded) expect(exitCode, stderr).toBe(0);
        const paid = server.count - before;
        expect(paid).toBeGreaterThanOrEqual(calls);
        expect(paid).toBeLessThanOrEqual(calls + concurrency);
        // The newest run may be the killed one.
        const resumed = await spawnCli([...args, "--resume"], { cwd: project.directory });
        expect(resumed.exitCode, resumed.stderr).toBe(0);
        expect(server.count - before).toBe(paid);
        expect(decisionsOf(project)).toEqual(decisionsOf(whole));
        await expectOnlySpentClaims(join(project.directory, ".dao-opt/cache"));
      }
    } finally {
      await server.close();
    }
  },
);

/** Answers in the folder repeat their question. */
const anyQuestion: ModelQuestion = {
  kind: "model",
  provider: "openai",
  model: "small",
  parameters: {},
  messages: [],
  repeat: 0,
};

/**
 * A process that dies between storing an answer and ending its claim leaves the claim, which nobody waits for. The
 * next process that claims something removes it.
 */
async function expectOnlySpentClaims(cacheFolder: string): Promise<void> {
  const folder = join(cacheFolder, "rules-2/claims");
  const answers = openFolderAnswers(cacheFolder);
  const isClaim = (name: string) => !name.startsWith("owner.");
  for (const address of readdirSync(folder).filter(isClaim))
    expect(await answers.find(address, anyQuestion), address).toBeDefined();
  expect(await answers.claim("0".repeat(64), anyQuestion)).toEqual({ state: "owned" });
  await answers.close();
  expect(readdirSync(folder)).toEqual([]);
}
