import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Agent, AgentAnswer, AgentInput, AgentRunSpec } from "../../../src/contracts/agent.ts";
import type { AnswerStore } from "../../../src/contracts/answer-store.ts";
import type { AgentAttempt } from "../../../src/contracts/worker-pool.ts";
import { AgentError, InterruptedError, ModelError } from "../../../src/core/errors.ts";
import {
  agentAddress,
  agentQuestion,
  moduleDigest,
  wrapAgent,
} from "../../../src/models/agents/wrap-agent.ts";
import { systemClock } from "../../../src/models/clock.ts";
import { createCallLimiter } from "../../../src/models/layers/limit.ts";
import { createInFlight } from "../../../src/models/limits/in-flight.ts";
import { createRunClock } from "../../../src/run/session/run-clock.ts";
import { openJournal } from "../../../src/run/store/journal.ts";
import { openRunAnswers } from "../../../src/run/store/run-answers.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createMemoryAnswers } from "../../support/memory-answers.ts";

const input: AgentInput = { inputs: { text: "great" }, prompts: { p: "{{text}}" }, model: { name: "m" } };
const moduleRun: AgentRunSpec = { kind: "module", path: "/project/agent.js" };
const httpRun: AgentRunSpec = { kind: "http", url: "http://127.0.0.1:1/" };

function countingAgent(answer: () => Promise<Partial<AgentAnswer>> = async () => ({})) {
  let runs = 0;
  return {
    async attempt(): Promise<AgentAnswer> {
      runs++;
      return { output: "positive", latencyMs: 4, ...(await answer()) };
    },
    get runs() {
      return runs;
    },
  };
}

function wrap(attempt: AgentAttempt, run: AgentRunSpec, answers?: AnswerStore, concurrency = 4): Agent {
  return wrapAgent({
    attempt,
    run,
    moduleDigest: run.kind === "module" ? "d1" : undefined,
    limiter: createCallLimiter(concurrency, systemClock),
    inFlight: createInFlight(),
    ...(answers === undefined ? {} : { answers }),
  });
}

describe("wrapAgent", () => {
  it("stores an answer and finds it again", async () => {
    const answers = createMemoryAnswers();
    const counted = countingAgent(async () => ({ trace: { steps: 2 } }));
    const wrapped = wrap(counted.attempt, moduleRun, answers);
    expect(await wrapped.run(input, {})).toEqual({ output: "positive", latencyMs: 4, trace: { steps: 2 } });
    expect(await wrapped.run(input, {})).toMatchObject({
      output: "positive",
      trace: { steps: 2 },
      origin: "journal",
    });
    expect(counted.runs).toBe(1);
  });

  it.each([
    [moduleRun, 1],
    [httpRun, 0],
    [{ kind: "command", command: ["agent"], directory: "/project" } as const, 0],
  ])("shares what %j answers with %i other runs", async (run, shared) => {
    const answers = createMemoryAnswers();
    await wrap(countingAgent().attempt, run, answers).run(input, {});
    expect([answers.journal.size, answers.cache.size]).toEqual([1, shared]);
  });

  it("runs a row twice for a second sample", async () => {
    const counted = countingAgent();
    const wrapped = wrap(counted.attempt, moduleRun, createMemoryAnswers());
    await wrapped.run(input, {});
    await wrapped.run(input, { repeat: 1 });
    expect(counted.runs).toBe(2);
  });

  it("runs a row once for two concurrent calls", async () => {
    const counted = countingAgent();
    const wrapped = wrap(counted.attempt, moduleRun, createMemoryAnswers());
    const [first, second] = await Promise.all([wrapped.run(input, {}), wrapped.run(input, {})]);
    expect([first.origin, second.origin, counted.runs]).toEqual([undefined, "cache", 1]);
  });

  it("stores a failure in the journal, and throws it again", async () => {
    const answers = createMemoryAnswers();
    const counted = countingAgent(async () =>
      Promise.reject(new AgentError("agent a.js threw: no", { hint: "h" })),
    );
    const wrapped = wrap(counted.attempt, moduleRun, answers);
    for (let at = 0; at < 2; at++) {
      await expect(wrapped.run(input, {})).rejects.toMatchObject({
        code: "agent_failed",
        message: "agent a.js threw: no",
        hint: "h",
      });
    }
    expect([counted.runs, answers.cache.size]).toEqual([1, 0]);
  });

  it("stores nothing of a stopped run", async () => {
    const answers = createMemoryAnswers();
    const controller = new AbortController();
    const stopped = countingAgent(async () => {
      controller.abort();
      throw new AgentError("agent a.js was stopped before it answered");
    });
    await expect(
      wrap(stopped.attempt, moduleRun, answers).run(input, { signal: controller.signal }),
    ).rejects.toThrow("was stopped");
    expect(answers.journal.size).toBe(0);
  });

  it("respects -j", async () => {
    let running = 0;
    let most = 0;
    const counted = countingAgent(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return {};
    });
    const wrapped = wrap(counted.attempt, moduleRun, undefined, 3);
    await Promise.all(Array.from({ length: 12 }, () => wrapped.run(input, {})));
    expect(most).toBe(3);
  });

  it("stores nothing without a store", async () => {
    const counted = countingAgent();
    const wrapped = wrap(counted.attempt, moduleRun);
    await wrapped.run(input, {});
    expect(await wrapped.run(input, {})).not.toHaveProperty("origin");
    expect(counted.runs).toBe(2);
  });
});

describe("an agent's address", () => {
  it("depends on the module's text, the row, the prompts, the model and the sample", async () => {
    const directory = await mkdtemp(join(tmpdir(), "dao-opt-agent-"));
    const run: AgentRunSpec = { kind: "module", path: "agent.js" };
    await writeFile(join(directory, "agent.js"), "export default () => 'a';");
    const before = await moduleDigest(run, directory);
    await writeFile(join(directory, "agent.js"), "export default () => 'b';");
    const after = await moduleDigest(run, directory);
    const addresses = [
      agentQuestion(run, before, input),
      agentQuestion(run, after, input),
      agentQuestion(run, before, { ...input, inputs: { text: "bad" } }),
      agentQuestion(run, before, { ...input, prompts: { p: "{{text}}!" } }),
      agentQuestion(run, before, { ...input, model: { name: "n" } }),
      agentQuestion(run, before, input, 1),
    ].map(agentAddress);
    expect(new Set(addresses).size).toBe(6);
    expect(agentAddress(agentQuestion(run, before, structuredClone(input)))).toBe(addresses[0]);
  });

  it("has no digest for agents that are not modules", async () => {
    expect(await moduleDigest(httpRun, "/")).toBeUndefined();
  });
});

describe("a run of an application", () => {
  const lost = { inputTokens: 0, outputTokens: 0, isLost: true, isEstimated: true };

  /** Answers of a run over a journal on disk; each call is a new session. */
  async function sessions() {
    const file = join(await mkdtemp(join(tmpdir(), "dao-opt-agent-")), "journal.jsonl");
    return () => {
      const journal = openJournal(file);
      const runClock = createRunClock({ monotonicMs: () => 0 });
      const answers = openRunAnswers({ journal, keepsFailures: true, runClock, now: () => new Date(0) });
      return { answers, journal };
    };
  }

  it("that a killed session started and never finished is lost, once in every later session", async () => {
    const open = await sessions();
    const killed = open();
    const hanging = countingAgent(() => new Promise(() => {}));
    void wrap(hanging.attempt, httpRun, killed.answers).run(input, {});
    await expect.poll(() => hanging.runs).toBe(1);
    killed.journal.close();
    for (const asked of [1, 0]) {
      const { answers, journal } = open();
      const counted = countingAgent();
      const reported: unknown[] = [];
      const wrapped = wrap(counted.attempt, httpRun, answers);
      const onUnused = (one: unknown) => reported.push(one) > 0;
      expect(await wrapped.run(input, { onUnused })).toMatchObject({ output: "positive" });
      await wrapped.run(input, { onUnused });
      expect([counted.runs, reported]).toEqual([asked, [lost]]);
      journal.close();
    }
  });

  it("that is dropped by Ctrl-C is lost in this session, and in the next", async () => {
    const open = await sessions();
    const first = open();
    const controller = new AbortController();
    const dropped = countingAgent(async () => {
      controller.abort();
      throw new AgentError("stopped");
    });
    const reported: unknown[] = [];
    const onUnused = (one: unknown) => reported.push(one) > 0;
    const running = wrap(dropped.attempt, httpRun, first.answers).run(input, {
      signal: controller.signal,
      onUnused,
    });
    await expect(running).rejects.toBeInstanceOf(AgentError);
    first.journal.close();
    expect(reported).toEqual([lost]);
    const { answers } = open();
    await wrap(countingAgent().attempt, httpRun, answers).run(input, { onUnused });
    expect(reported).toEqual([lost, lost]);
  });

  it("that failed is a billed attempt; one that was never sent is not", async () => {
    const open = await sessions();
    const first = open();
    const errors = [
      new AgentError("broken"),
      new AgentError("no such program", { billing: "none" }),
      new InterruptedError("--max-calls", "max_calls"),
    ];
    const reported: unknown[] = [];
    const onUnused = (one: unknown) => reported.push(one) > 0;
    for (const [repeat, error] of errors.entries()) {
      const failing = countingAgent(() => Promise.reject(error));
      const running = wrap(failing.attempt, httpRun, first.answers).run(input, { repeat, onUnused });
      await expect(running).rejects.toThrow();
    }
    first.journal.close();
    expect(reported).toEqual([{ inputTokens: 0, outputTokens: 0 }]);
    expect(open().answers.unclaimed).toEqual([]);
  });

  it("counts every attempt behind a URL, now and when it is resumed", async () => {
    const open = await sessions();
    const server = (status: number) => new ModelError(`returned ${status}`, { kind: "server", status });
    const faults = [
      server(500),
      server(503),
      new ModelError("reset", { kind: "connection" }),
      new ModelError("refused", { kind: "connection", systemCode: "ECONNREFUSED" }),
    ];
    let sent = 0;
    let admitted = 0;
    const counts = { unused: [] as unknown[], retries: 0 };
    const options = {
      onUnused: (one: unknown) => counts.unused.push(one) > 0,
      onRetry: () => counts.retries++,
    };
    const wrapped = (answers: AnswerStore) =>
      wrapAgent({
        attempt: async () => {
          const fault = faults[sent++];
          if (fault !== undefined) throw fault;
          return { output: "positive", latencyMs: 1 };
        },
        admit: (work) => {
          admitted++;
          return work();
        },
        retries: { retries: 5, clock: createFakeClock(), random: () => 0 },
        run: httpRun,
        moduleDigest: undefined,
        limiter: createCallLimiter(1, systemClock),
        inFlight: createInFlight(),
        answers,
      });
    const first = open();
    expect(await wrapped(first.answers).run(input, options)).toMatchObject({ output: "positive" });
    first.journal.close();
    const expected = { unused: [{ inputTokens: 0, outputTokens: 0 }, lost], retries: 4 };
    expect(counts).toEqual(expected);
    expect([sent, admitted]).toEqual([5, 5]);
    Object.assign(counts, { unused: [], retries: 0 });
    const later = open();
    expect(later.answers.unclaimed).toEqual([]);
    await wrapped(later.answers).run(input, options);
    expect(counts).toEqual(expected);
    expect(sent).toBe(5);
  });
});
