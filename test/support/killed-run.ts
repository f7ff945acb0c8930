import { setTimeout as wait } from "node:timers/promises";
import { expect } from "vitest";
import { registryVerifyOutputSchema } from "../../src/cli/commands/registry/output.ts";
import { createRandom, type Random } from "../../src/core/random.ts";
import {
  createHttpProject,
  decisionsOf,
  type HttpProject,
  type HttpProjectOptions,
  offlineAnswer,
} from "./http-project.ts";
import { answerLines } from "./journal-lines.ts";
import { type LoopbackOpenAI, startLoopbackOpenAI } from "./loopback-openai.ts";
import { spawnCli, startCli } from "./spawn-cli.ts";
import { parseJson } from "./workspace.ts";

/** How often each question (model and messages) was requested or stored. */
type Counts = ReadonlyMap<string, number>;

export interface KilledRunOptions {
  readonly project: Omit<HttpProjectOptions, "baseUrl">;
  readonly concurrency: number;
  /** Maximum number of requests of one session before it is killed. */
  readonly longestSession: number;
  readonly seed: number;
  /** Maximum number of kills; then the run may end. */
  readonly kills: number;
}

/**
 * Runs a search once to its end, and once more in processes that are killed with SIGKILL at random times,
 * each continuing with `--resume`. Asserts at the server and in the journal that stored answers are not
 * requested again, that lost requests were in progress, and that the result is the same. Returns the number
 * of kills.
 */
export async function expectSurvivesKills(options: KilledRunOptions): Promise<number> {
  const server = await startLoopbackOpenAI({
    answer: offlineAnswer,
    latency: { medianMs: 15, sigma: 0.8, seed: options.seed },
  });
  try {
    const whole = createHttpProject({ ...options.project, baseUrl: server.baseUrl });
    const ended = await spawnCli([...command(options)], { cwd: whole.directory });
    expect(ended.exitCode, ended.stderr).toBe(0);
    const wanted = filedIn(whole);
    expect(askedSince(server, 0)).toEqual(wanted);

    const killed = createHttpProject({ ...options.project, baseUrl: server.baseUrl });
    const begun = server.count;
    const kills = await runWithKills(server, killed, wanted, options);
    expect(filedIn(killed)).toEqual(wanted);
    expect(decisionsOf(killed)).toEqual(decisionsOf(whole));
    expectAccount(killed, total(wanted), server.count - begun, kills * options.concurrency);
    const verified = await spawnCli(["registry", "verify", "--json"], { cwd: killed.directory });
    expect(parseJson(verified.stdout, registryVerifyOutputSchema)).toMatchObject({ ok: true, damage: [] });
    return kills;
  } finally {
    await server.close();
  }
}

/**
 * Everything the server received is charged. A process may die between recording an attempt and sending it,
 * so the charges may exceed the server's count by the requests in progress at each kill.
 */
function expectAccount(project: HttpProject, answered: number, received: number, underWay: number): void {
  const [{ usage }] = JSON.parse(project.read("record.json")).optimizations;
  const { calls, lost_calls: lost } = usage.total;
  expect(calls).toBe(answered);
  expect(calls + lost).toBeGreaterThanOrEqual(received);
  expect(calls + lost).toBeLessThanOrEqual(received + underWay);
}

async function runWithKills(
  server: LoopbackOpenAI,
  project: HttpProject,
  wanted: Counts,
  options: KilledRunOptions,
): Promise<number> {
  const random = createRandom(`kills of ${options.seed}`);
  for (let kills = 0; ; kills++) {
    const filedBefore = filedIn(project);
    const begun = server.count;
    const child = startCli([...command(options), "--resume"], { cwd: project.directory });
    if (kills < options.kills) {
      await Promise.race([child.result, momentOf(server, random, options.longestSession)]);
      child.child.kill("SIGKILL");
    }
    const result = await child.result;
    // Requests sent before the process died may still be on their way.
    await wait(20);
    const asked = askedSince(server, begun);
    for (const [question, times] of asked) {
      const filed = filedBefore.get(question) ?? 0;
      expect(times + filed, `asked though filed: ${question.slice(0, 300)}`).toBeLessThanOrEqual(
        wanted.get(question) ?? 0,
      );
    }
    const lost = total(asked) - (total(filedIn(project)) - total(filedBefore));
    if (result.signal === null) {
      expect(result.exitCode, result.stderr).toBe(0);
      expect(lost).toBe(0);
      return kills;
    }
    expect(lost).toBeGreaterThanOrEqual(0);
    expect(lost).toBeLessThanOrEqual(options.concurrency);
  }
}

function command({ concurrency }: KilledRunOptions): readonly string[] {
  return ["run", "config.yaml", "--no-cache", "-j", String(concurrency)];
}

/** Some time after the start, or some requests later and a little more. */
async function momentOf(server: LoopbackOpenAI, random: Random, longestSession: number): Promise<void> {
  if (random.next() < 0.25) return wait(random.integer(600));
  await server.reached(server.count + 1 + random.integer(longestSession));
  await wait(random.integer(20));
}

function askedSince(server: LoopbackOpenAI, from: number): Counts {
  return countOf(server.requests.slice(from).map(({ body }) => questionOf(body)));
}

function filedIn(project: HttpProject): Counts {
  const text = project.runs().length === 0 ? "" : readIfThere(project, "journal.jsonl");
  return countOf(answerLines(text).map((line) => questionOf(JSON.parse(line).exchange.question)));
}

function readIfThere(project: HttpProject, name: string): string {
  try {
    return project.read(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

function questionOf(asked: { readonly model?: string; readonly messages?: unknown }): string {
  return JSON.stringify([asked.model, asked.messages]);
}

function countOf(questions: readonly string[]): Counts {
  const counts = new Map<string, number>();
  for (const question of questions.toSorted()) counts.set(question, (counts.get(question) ?? 0) + 1);
  return counts;
}

function total(counts: Counts): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
