import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { runOutputSchema } from "../../src/cli/commands/run/output.ts";
import { createHttpProject, decisionsOf, type HttpProject, offlineAnswer } from "../support/http-project.ts";
import { faultsAt, rateLimited, serverFault } from "../support/loopback-faults.ts";
import type { LoopbackOpenAI, LoopbackOptions } from "../support/loopback-openai.ts";
import { spawnCli, startCli } from "../support/spawn-cli.ts";
import { startOpenAI } from "../support/started-openai.ts";
import { parseJson } from "../support/workspace.ts";

const concurrency = 6;
const latencyMs = 600;
const model = { price: { input: 1, output: 1 }, max_tokens: 64 };

const start = (options: LoopbackOptions = {}) => startOpenAI({ answer: offlineAnswer, ...options });

const run = ["run", "config.yaml", "--no-cache", "--json", "-j", String(concurrency)];

/** Starts the run, and kills it when all concurrent calls have reached the server and none is answered. */
async function stopInFlight(
  project: HttpProject,
  server: LoopbackOpenAI,
  { requests, signal }: { readonly requests: number; readonly signal: "SIGKILL" | "SIGINT" },
): Promise<void> {
  const child = startCli([...run, "--resume"], { cwd: project.directory });
  await server.reached(server.count + requests);
  await wait(latencyMs / 6);
  child.child.kill(signal);
  await child.result;
}

async function finish(project: HttpProject) {
  const result = await spawnCli([...run, "--resume"], { cwd: project.directory });
  expect(result.exitCode, result.stderr).toBe(0);
  return parseJson(result.stdout, runOutputSchema).optimizations[0]?.usage.total;
}

/** The decisions of an uninterrupted run, at a server without faults. */
async function undisturbed(optimization: object) {
  const server = await start();
  const project = createHttpProject({ baseUrl: server.baseUrl, rows: 30, optimization, model });
  const usage = await finish(project);
  expect(usage).toMatchObject({ calls: server.count, lost_calls: 0, estimated: false });
  return { decisions: decisionsOf(project), calls: server.count };
}

describe("open calls when a run stops", () => {
  test.each([
    ["no budget", {}],
    ["a budget of calls that ends the search", { budget: { calls: 70 }, max_steps: 20 }],
  ])("are lost calls of the resumed run, after each kill (%s)", async (_, optimization) => {
    const whole = await undisturbed(optimization);
    const server = await start({ latency: { fixedMs: latencyMs } });
    const project = createHttpProject({ baseUrl: server.baseUrl, rows: 30, optimization, model });
    await stopInFlight(project, server, { requests: concurrency, signal: "SIGKILL" });
    await stopInFlight(project, server, { requests: concurrency, signal: "SIGINT" });
    await stopInFlight(project, server, { requests: 3 * concurrency, signal: "SIGKILL" });
    const usage = await finish(project);
    expect(usage?.calls).toBe(whole.calls);
    expect(usage?.lost_calls).toBeGreaterThan(concurrency);
    expect((usage?.calls ?? 0) + (usage?.lost_calls ?? 0)).toBe(server.count);
    expect(usage?.estimated).toBe(true);
    expect(decisionsOf(project)).toEqual(whole.decisions);
    // The record does not change.
    expect(await finish(project)).toEqual(usage);
  });

  test("rejected and failed attempts before them keep their own counts", async () => {
    // The first attempts are answered with a billed and two free errors; then all is under way again.
    const faults = faultsAt({ 0: serverFault(500), 1: rateLimited(), 2: serverFault(503) });
    const server = await start({ faults, latency: { fixedMs: latencyMs } });
    const project = createHttpProject({ baseUrl: server.baseUrl, rows: 30, model: { ...model, retries: 5 } });
    const child = startCli([...run, "--resume"], { cwd: project.directory });
    await server.reached(concurrency + 3);
    await wait(latencyMs / 6);
    child.child.kill("SIGKILL");
    await child.result;
    const usage = await finish(project);
    const free = 2;
    expect((usage?.calls ?? 0) + (usage?.lost_calls ?? 0)).toBe(server.count - free);
  });
});
