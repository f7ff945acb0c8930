import { expect, test } from "vitest";
import type { Agent } from "../../../src/contracts/agent.ts";
import type { AgentAttempt } from "../../../src/contracts/worker-pool.ts";
import { AgentError } from "../../../src/core/errors.ts";
import { wrapAgent } from "../../../src/models/agents/wrap-agent.ts";
import { systemClock } from "../../../src/models/clock.ts";
import { createCallLimiter } from "../../../src/models/layers/limit.ts";
import { createInFlight } from "../../../src/models/limits/in-flight.ts";
import { openCacheAnswers } from "../../../src/run/answers/cache-answers.ts";
import { openMemoryAnswers } from "../../../src/run/answers/memory-answers.ts";

/** Agents of several runs over one memory of answers. */
function agentsOf(count: number, moduleDigest: string | undefined, attempt: AgentAttempt) {
  const memory = { answers: new Map(), claims: new Map() };
  return Array.from({ length: count }, () =>
    wrapAgent({
      attempt,
      run: { kind: "module", path: "./a.js" },
      moduleDigest,
      limiter: createCallLimiter(1, systemClock),
      inFlight: createInFlight(),
      answers: openCacheAnswers(openMemoryAnswers(memory)),
    }),
  );
}
const input = { inputs: { text: "Hello" }, prompts: {}, model: {} };
const answer = { output: "Hi", latencyMs: 1 };
const later = () => new Promise((resolve) => setTimeout(resolve, 30));

test("an application runs once for two runs at once", async () => {
  let runs = 0;
  const agents = agentsOf(2, "digest", async () => {
    runs++;
    await later();
    return answer;
  });
  const answers = await Promise.all(agents.map((agent) => agent.run(input, {})));
  expect(runs).toBe(1);
  expect(answers.map(({ output, origin }) => [output, origin])).toEqual([
    ["Hi", undefined],
    ["Hi", "cache"],
  ]);
});

test("a run without shared answers waits for nobody", async () => {
  let runs = 0;
  const agents = agentsOf(2, undefined, async () => {
    runs++;
    await later();
    return answer;
  });
  await Promise.all(agents.map((agent) => agent.run(input, {})));
  expect(runs).toBe(2);
});

test("a failure is not shared: the next run tries itself", async () => {
  let runs = 0;
  const agents = agentsOf(3, "digest", async () => {
    runs++;
    await later();
    if (runs === 1) throw new AgentError("broken");
    return answer;
  });
  const settled = await Promise.allSettled(agents.map((agent) => agent.run(input, {})));
  expect(settled.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "fulfilled", "rejected"]);
  expect(runs).toBe(2);
});

test("waiting holds no slot and ends with the signal", async () => {
  const agents = agentsOf(2, "digest", async ({ inputs }) => {
    await new Promise((resolve) => setTimeout(resolve, inputs["text"] === "Hello" ? 300 : 1));
    return answer;
  });
  const [one, two] = agents as [Agent, Agent];
  const first = one.run(input, {});
  const controller = new AbortController();
  const waiting = two.run(input, { signal: controller.signal });
  // The only slot of the second run is free meanwhile.
  expect((await two.run({ ...input, inputs: { text: "other" } }, {})).output).toBe("Hi");
  controller.abort();
  await expect(waiting).rejects.toThrow("the agent was stopped before it answered");
  expect((await first).output).toBe("Hi");
});
