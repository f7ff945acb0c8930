import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { createHttpProject, decisionsOf, type HttpProject, offlineAnswer } from "../support/http-project.ts";
import {
  type LoopbackOpenAI,
  type LoopbackOptions,
  startLoopbackOpenAI,
} from "../support/loopback-openai.ts";
import { runUnprivileged } from "../support/run-limited.ts";
import { spawnCli, startCli } from "../support/spawn-cli.ts";

let server: LoopbackOpenAI;
afterEach(() => server.close());

const answering: LoopbackOptions = {
  answer: offlineAnswer,
  latency: { medianMs: 25, sigma: 0.8, seed: 3 },
};

async function start(options: LoopbackOptions = answering): Promise<HttpProject> {
  server = await startLoopbackOpenAI(options);
  return createHttpProject({ baseUrl: server.baseUrl, rows: 40, model: { retries: 1 } });
}

const command = (...more: string[]) => ["run", "config.yaml", ...more];

/** What one run alone pays, and decides. */
async function alone(like: HttpProject) {
  const project = createHttpProject({ baseUrl: server.baseUrl, rows: 40 });
  cpSync(join(like.directory, "config.yaml"), join(project.directory, "config.yaml"));
  const before = server.count;
  const ended = await spawnCli(command(), { cwd: project.directory });
  expect(ended.exitCode, ended.stderr).toBe(0);
  return { calls: server.count - before, decisions: decisionsOf(project) };
}

/** Every run of a project decided the same. */
function expectSameResults(project: HttpProject): void {
  const results = recordsOf(project).map(({ optimizations }) =>
    optimizations.map(({ status, scores, prompts, candidates, rows }) =>
      JSON.stringify({ status, scores, prompts, candidates, rows }),
    ),
  );
  for (const one of results) expect(one).toEqual(results[0]);
}

interface FiledRecord {
  readonly optimizations: readonly (Record<string, unknown> & {
    readonly usage: { readonly total: { readonly calls: number } };
  })[];
}

function recordsOf(project: HttpProject): readonly FiledRecord[] {
  return project
    .runs()
    .map((run) =>
      JSON.parse(readFileSync(join(project.directory, ".dao-opt/runs", run, "record.json"), "utf8")),
    );
}

function claimsLeft(project: HttpProject): readonly string[] {
  return readdirSync(join(project.directory, ".dao-opt/cache/rules-2/claims"));
}

/** Calls that the records of all runs say were paid. */
function paidBy(project: HttpProject): number {
  return recordsOf(project).reduce((sum, { optimizations: [one] }) => sum + (one?.usage.total.calls ?? 0), 0);
}

describe("two runs of one config at once", () => {
  test.each([
    { processes: 2, args: [[], []] },
    {
      processes: 2,
      args: [
        ["-j", "1"],
        ["-j", "64"],
      ],
    },
    { processes: 5, args: [[], [], ["-j", "2"], [], ["-j", "64"]] },
  ])("$processes processes ($args) pay together what one pays, with its result", async ({ args }) => {
    const project = await start();
    const ended = await Promise.all(args.map((own) => spawnCli(command(...own), { cwd: project.directory })));
    for (const { exitCode, stderr } of ended) expect(exitCode, stderr).toBe(0);
    const paid = server.count;
    const one = await alone(project);
    expect(paid).toBe(one.calls);
    expect(paidBy(project)).toBe(one.calls);
    expect(decisionsOf(project)).toEqual(one.decisions);
    expectSameResults(project);
    expect(claimsLeft(project)).toEqual([]);
    const shown = ended.map(({ stderr }) => stderr.match(/waiting for another run/g)?.length ?? 0);
    expect(Math.max(...shown)).toBe(1);
  });

  test.each(["SIGKILL", "SIGINT"] as const)("one is ended by %s: the other goes on", async (signal) => {
    const project = await start();
    const first = startCli(command("-j", "4"), { cwd: project.directory });
    await server.reached(5);
    const second = startCli(command("-j", "4"), { cwd: project.directory });
    await server.reached(30);
    await sleep(100);
    first.child.kill(signal);
    const [one, two] = await Promise.all([first.result, second.result]);
    expect(signal === "SIGKILL" ? one.signal : one.exitCode).toBe(signal === "SIGKILL" ? "SIGKILL" : 130);
    expect(two.exitCode, two.stderr).toBe(0);
    const paid = server.count;
    const whole = await alone(project);
    // At most the calls in flight were paid again.
    expect(paid).toBeGreaterThanOrEqual(whole.calls);
    expect(paid).toBeLessThanOrEqual(whole.calls + 4);
    const resumed = await spawnCli(command("--resume", project.runs().at(-1) ?? ""), {
      cwd: project.directory,
    });
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect(server.count - paid - whole.calls).toBe(0);
    expectSameResults(project);
    expect(claimsLeft(project)).toEqual([]);
  });

  test("Ctrl-C ends a run that waits", async () => {
    const project = await start({ ...answering, latency: { fixedMs: 20_000 } });
    const first = startCli(command(), { cwd: project.directory });
    await server.reached(1);
    const second = startCli(command(), { cwd: project.directory });
    await second.shows(/waiting for another run \(process \d+\)/);
    const started = performance.now();
    second.child.kill("SIGINT");
    expect((await second.result).exitCode).toBe(130);
    expect(performance.now() - started).toBeLessThan(5000);
    first.child.kill("SIGINT");
    expect((await first.result).exitCode).toBe(130);
    expect(claimsLeft(project)).toEqual([]);
  });

  test.each([
    { status: 401, exit: 4 },
    { status: 500, exit: 1 },
    { status: 429, exit: 4 },
  ])("a model that fails with $status fails both runs, and nobody waits", async ({ status, exit }) => {
    const project = await start({
      respond: () => ({ status, body: JSON.stringify({ error: { message: "no" } }) }),
    });
    const model = { retries: 0, rate_limit_patience_seconds: 1 };
    const { resources } = project.config as { resources: { llms: Record<string, object> } };
    for (const one of Object.values(resources.llms)) Object.assign(one, model);
    project.save();
    const ended = await Promise.all([0, 1].map(() => spawnCli(command(), { cwd: project.directory })));
    for (const { exitCode, stderr } of ended) expect(exitCode, stderr).toBe(exit);
    expect(claimsLeft(project)).toEqual([]);
  });

  test("--no-cache claims nothing", async () => {
    const project = await start();
    const ended = await Promise.all(
      [0, 1].map(() => spawnCli(command("--no-cache"), { cwd: project.directory })),
    );
    for (const { exitCode, stderr } of ended) expect(exitCode, stderr).toBe(0);
    const paid = server.count;
    expect(paid).toBe(2 * (await alone(project)).calls);
    expect(readdirSync(join(project.directory, ".dao-opt"))).not.toContain("cache");
  });

  test("eval and run share what they pay", async () => {
    const project = await start();
    const ended = await Promise.all([
      spawnCli(["eval", "config.yaml"], { cwd: project.directory }),
      spawnCli(["eval", "config.yaml"], { cwd: project.directory }),
    ]);
    for (const { exitCode, stderr } of ended) expect(exitCode, stderr).toBe(0);
    expect(server.count).toBe(40);
    expect(claimsLeft(project)).toEqual([]);
  });
});

test("a claims folder without permission costs one warning", async () => {
  const project = await start();
  const claims = join(project.directory, ".dao-opt/cache/rules-2/claims");
  mkdirSync(claims, { recursive: true });
  chmodSync(claims, 0o500);
  const { exitCode, stderr } = await runUnprivileged(command(), project.directory);
  expect(exitCode, stderr).toBe(0);
  expect(stderr.replace(/\s+/g, " ").match(/keeps no claims \(EACCES/g)).toHaveLength(1);
  expect(server.count).toBe((await alone(project)).calls);
});
