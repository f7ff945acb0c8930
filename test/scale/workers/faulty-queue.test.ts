import { copyFileSync, cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { workerOutputSchema } from "../../../src/cli/commands/worker/output.ts";
import { Secret } from "../../../src/core/text/secret.ts";
import { openWorkerPool } from "../../../src/queue/coordinator/open-worker-pool.ts";
import { spawnCli, startCli } from "../../support/spawn-cli.ts";
import { parseJson } from "../../support/workspace.ts";
import { freePort, type RedisOptions, type RedisServer, startRedis } from "../support/redis.ts";
import {
  createScaleProject,
  type PaidServer,
  resultOf,
  type ScaleProject,
  startPaidServer,
} from "../support/scale-project.ts";
import { startWorker } from "../support/worker-process.ts";

let paidAt: PaidServer;
let here: ReturnType<typeof resultOf>;
const size = { rows: 60, optimization: { max_steps: 2, num_candidates: 2 } };
beforeAll(async () => {
  paidAt = await startPaidServer(60);
  const { directory } = await createScaleProject({ ...size, paidAt });
  const ended = await spawnCli(["run", "config.yaml", "--no-cache"], { cwd: directory });
  expect(ended.exitCode, ended.stderr).toBe(0);
  here = resultOf(directory, true);
});
afterAll(() => paidAt?.close());

const open: RedisServer[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function redisWith(options?: RedisOptions): Promise<RedisServer> {
  const redis = await startRedis(options);
  open.push(redis);
  return redis;
}

const project = (): Promise<ScaleProject> => createScaleProject({ ...size, paidAt });
const runOn = (cwd: string, queue: string, ...args: string[]) =>
  startCli(["run", "config.yaml", "--no-cache", "--workers", queue, ...args], { cwd });

/** Both commands end with exit 4 and this message, and neither shows the password. */
async function expectUnusable(queue: string, pattern: RegExp, env: Record<string, string> = {}) {
  const { directory } = await project();
  const commands = [
    ["run", "config.yaml", "--no-cache", "--json", "--workers", queue],
    ["worker", "config.yaml", "--json", "--queue", queue],
  ];
  for (const command of commands) {
    const { exitCode, stdout, stderr } = await spawnCli(command, { cwd: directory, env });
    expect(exitCode, stdout + stderr).toBe(4);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; hint: string } };
    expect(error.code).toBe("queue_failed");
    expect(error.message).toMatch(pattern);
    expect(stdout + stderr).not.toContain("hunter2");
  }
}

describe("a queue that cannot be used at the start", () => {
  it("is unreachable", async () => {
    await expectUnusable(
      `redis://:hunter2hunter2@127.0.0.1:${await freePort()}`,
      /cannot be reached: .*ECONNREFUSED/,
    );
  });

  it("refuses the password", async () => {
    const redis = await redisWith({ password: "correct-horse" });
    await expectUnusable(`redis://:hunter2hunter2@127.0.0.1:${redis.port}`, /refuses the password/);
    await expectUnusable(`redis://127.0.0.1:${redis.port}`, /refuses the password/);
  });

  it("is full", async () => {
    const redis = await redisWith({ settings: ["maxmemory 1mb", "maxmemory-policy noeviction"] });
    await expectUnusable(redis.url, /is full/);
  });

  it("is a replica", async () => {
    const redis = await redisWith();
    await redis.connect().replicaof("127.0.0.1", await freePort());
    await expectUnusable(redis.url, /can only be read/);
  });

  it("does not answer", async () => {
    const redis = await redisWith();
    redis.child.kill("SIGSTOP");
    await expectUnusable(redis.url, /no answer within/);
  });

  it("speaks TLS with an unknown certificate", async () => {
    const redis = await redisWith({ tls: true });
    await expectUnusable(redis.url, /cannot be reached: .*certificate/);
  });

  it("is no queue", async () => {
    const { directory } = await project();
    const ended = await spawnCli(["run", "config.yaml", "--workers", "http://127.0.0.1:1"], {
      cwd: directory,
    });
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toMatch(/--workers must be an address such as redis:/);
  });
});

it("runs over TLS with a password from the environment, which is nowhere in Redis or in the output", async () => {
  const password = "hunter2-is-no-password";
  const key = "sk-test-0123456789-secret";
  const redis = await redisWith({ tls: true, password });
  const { directory } = await createScaleProject({ ...size, paidAt, key: "${env:PAID_KEY}" });
  const config = JSON.parse(readFileSync(join(directory, "config.yaml"), "utf8"));
  config.workers = { queue: redis.url.replace(encodeURIComponent(password), "${env:QUEUE_PASSWORD}") };
  writeFileSync(join(directory, "config.yaml"), JSON.stringify(config));
  const env = { NODE_EXTRA_CA_CERTS: redis.ca ?? "", QUEUE_PASSWORD: password, PAID_KEY: key };
  const monitor = await redis.connect().monitor();
  monitor.on("error", () => {});
  const seen: string[] = [];
  monitor.on("monitor", (_time: string, args: string[]) => seen.push(args.join(" ")));
  const worker = startCli(["worker", "config.yaml"], { cwd: directory, env });
  await worker.shows(/waits for jobs/);
  const ended = await spawnCli(["run", "config.yaml", "--no-cache"], { cwd: directory, env });
  expect(ended.exitCode, ended.stderr).toBe(0);
  worker.child.kill("SIGTERM");
  const worked = await worker.result;
  expect(worked.exitCode).toBe(0);
  monitor.disconnect();
  // The file differs in its queue.
  const withoutDigest = (result: typeof here) =>
    JSON.parse(JSON.stringify(result, (key, value) => (key === "config_digest" ? null : value)));
  expect(withoutDigest(resultOf(directory, true))).toEqual(withoutDigest(here));
  expect(seen.length).toBeGreaterThan(100);
  const everything = [...seen, ended.stdout, ended.stderr, worked.stdout, worked.stderr].join("\n");
  for (const secret of [password, key, Buffer.from(key).toString("base64")])
    expect(everything).not.toContain(secret);
});

describe("a queue that fails in the middle of a run", () => {
  it("comes back empty: the calls are made again", async () => {
    const redis = await redisWith();
    const { directory } = await project();
    const worker = await startWorker({ cwd: directory, queue: redis.url });
    const before = paidAt.server.count;
    const running = runOn(directory, redis.url);
    await paidAt.server.reached(before + 25);
    await redis.kill();
    await redis.start();
    const ended = await running.result;
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(ended.stderr).toMatch(/is unreachable; waiting up to 120 s/);
    expect(ended.stderr).toMatch(/is back/);
    expect(resultOf(directory, true)).toEqual(here);
    expect(await worker.stop()).toBe(0);
  });

  it("does not answer for a while", async () => {
    const redis = await redisWith();
    const { directory } = await project();
    const worker = await startWorker({ cwd: directory, queue: redis.url });
    const before = paidAt.server.count;
    const running = runOn(directory, redis.url);
    await paidAt.server.reached(before + 25);
    redis.child.kill("SIGSTOP");
    await running.shows(/does not answer; waiting/);
    redis.child.kill("SIGCONT");
    const ended = await running.result;
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(resultOf(directory, true)).toEqual(here);
    await worker.stop();
  });

  it("is full for a while", async () => {
    const redis = await redisWith({ settings: ["maxmemory-policy noeviction"] });
    const { directory } = await project();
    const worker = await startWorker({ cwd: directory, queue: redis.url });
    const before = paidAt.server.count;
    const running = runOn(directory, redis.url);
    await paidAt.server.reached(before + 25);
    const client = redis.connect();
    await client.config("SET", "maxmemory", "1");
    await running.shows(/is full; waiting/);
    await client.config("SET", "maxmemory", "0");
    const ended = await running.result;
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(resultOf(directory, true)).toEqual(here);
    await worker.stop();
  });

  it("does not come back: the run gives up after its patience", async () => {
    const redis = await redisWith();
    const { directory } = await project();
    const notes: string[] = [];
    const pool = await openWorkerPool({
      url: new Secret(redis.url),
      directory,
      toolVersion: "0.0.0",
      pid: 1,
      patience: 1_000,
    });
    pool.listen((event) => {
      if (event.type === "queue-note") notes.push(event.message);
    });
    const model = pool.model(
      {
        key: "small",
        name: "small",
        provider: "offline",
        parameters: {},
        limits: {},
        timeoutMs: 1_000,
        retries: 0,
        fallbacks: [],
      },
      {},
    );
    const asking = model.complete({ messages: [] });
    await redis.kill();
    await expect(asking).rejects.toMatchObject({
      code: "queue_failed",
      message: expect.stringMatching(/is unreachable for 1 s/),
    });
    await expect(model.complete({ messages: [] })).rejects.toMatchObject({ code: "queue_failed" });
    expect(notes.some((note) => note.includes("is unreachable"))).toBe(true);
    await pool.close();
  });
});

/** A copy of a project's files at another place, as on another machine. */
function copyOf(directory: string): string {
  const copy = mkdtempSync(join(tmpdir(), "dao-opt-other-"));
  cpSync(directory, copy, { recursive: true });
  return copy;
}

describe("a worker that differs", () => {
  it("in a module refuses, and says which and why; the run fails only if nobody else may", async () => {
    const redis = await redisWith();
    const { directory } = await createScaleProject({ ...size, paidAt, kind: "module" });
    const other = copyOf(directory);
    writeFileSync(join(other, "agent.js"), `${readFileSync(join(other, "agent.js"), "utf8")}\n// changed\n`);
    const worker = await startWorker({ cwd: other, queue: redis.url });
    const refused = await runOn(directory, redis.url).result;
    expect(refused.exitCode).toBe(4);
    expect(refused.stderr).toMatch(
      /no connected worker may do this run's jobs: .*module \.\/agent\.js differs: digest [0-9a-f]{12} here, [0-9a-f]{12} in the run/,
    );
    await worker.shows(/refused jobs of run [0-9a-f]+: agent \.\/agent\.js: the module/);
    // With a second worker, the run goes on where it stopped.
    const good = await startWorker({ cwd: directory, queue: redis.url });
    const ended = await runOn(directory, redis.url, "--resume").result;
    expect(ended.exitCode, ended.stderr).toBe(0);
    await worker.stop();
    await good.stop();
  });

  it("in a model's endpoint or parameters refuses", async () => {
    const redis = await redisWith();
    const { directory } = await project();
    const worker = await startWorker({ cwd: directory, queue: redis.url });
    const set = await runOn(
      directory,
      redis.url,
      "--set",
      "resources.llms.small.base_url=http://127.0.0.1:9/v1",
    ).result;
    expect(set.exitCode).toBe(4);
    expect(set.stderr).toMatch(
      /model small: the endpoint is .* here, http:\/\/127\.0\.0\.1:9\/v1 in the run/,
    );
    const warm = await runOn(directory, redis.url, "--set", "resources.llms.small.temperature=1").result;
    expect(warm.exitCode).toBe(4);
    expect(warm.stderr).toMatch(/model small: its parameters or options are not those of the run/);
    await worker.stop();
  });

  it("in its keys names the variable", async () => {
    const redis = await redisWith();
    const { directory } = await project();
    const config = JSON.parse(readFileSync(join(directory, "config.yaml"), "utf8"));
    const { base_url: _url, ...small } = config.resources.llms.small;
    config.resources.llms.small = { ...small, provider: "groq" };
    writeFileSync(join(directory, "config.yaml"), JSON.stringify(config));
    const worker = await startWorker({ cwd: directory, queue: redis.url });
    await worker.shows(/jobs of this model are refused: .*GROQ_API_KEY/);
    // The run itself needs no key.
    const ended = await runOn(directory, redis.url).result;
    expect(ended.exitCode).toBe(4);
    expect(ended.stderr).toMatch(/no connected worker may do this run's jobs: .*GROQ_API_KEY/);
    await worker.stop();
  });

  it("in its version refuses", async () => {
    const redis = await redisWith();
    const { directory } = await project();
    const { openConfigOf, openWorker } = await inProcessWorker();
    const { config, catalog } = await openConfigOf(directory);
    const warnings: string[] = [];
    const worker = await openWorker({
      ...{ config, catalog, url: new Secret(redis.url), concurrency: 2, pid: 7 },
      toolVersion: "9.9.9",
      listener: (event) => {
        if (event.type === "warning") warnings.push(event.message);
      },
    });
    const ended = await runOn(directory, redis.url).result;
    expect(ended.exitCode).toBe(4);
    expect(ended.stderr).toMatch(/the run is of dao-opt [\d.]+, this worker of 9\.9\.9/);
    expect(warnings.join()).toMatch(/this worker of 9\.9\.9/);
    await worker.close();
  });

  it("in its clock does the same work", async () => {
    const redis = await redisWith();
    const { directory } = await project();
    const shift = join(directory, "shift.cjs");
    writeFileSync(shift, "const now = Date.now; Date.now = () => now() + Number(process.env.SHIFT_MS);\n");
    const started = await Promise.all(
      ["7200000", "-7200000"].map((SHIFT_MS) =>
        startWorker({
          cwd: directory,
          queue: redis.url,
          env: { NODE_OPTIONS: `--require ${shift}`, SHIFT_MS },
        }),
      ),
    );
    const ended = await runOn(directory, redis.url).result;
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(resultOf(directory, true)).toEqual(here);
    const config = JSON.parse(readFileSync(join(directory, "config.yaml"), "utf8"));
    writeFileSync(
      join(directory, "config.yaml"),
      JSON.stringify({ ...config, workers: { queue: redis.url } }),
    );
    const doctor = await spawnCli(["doctor", "config.yaml", "--online", "--json"], { cwd: directory });
    expect(doctor.exitCode, doctor.stdout).toBe(0);
    const { checks } = JSON.parse(doctor.stdout) as {
      checks: { name: string; message: string; warning?: true }[];
    };
    const clocks = checks.filter(({ warning, message }) => warning === true && /clock/.test(message));
    expect(clocks.map(({ message }) => /ahead|behind/.exec(message)?.[0]).sort()).toEqual([
      "ahead",
      "behind",
    ]);
    for (const worker of started) await worker.stop();
  });
});

async function inProcessWorker() {
  const { openWorker } = await import("../../../src/queue/worker/open-worker.ts");
  const { readConfig } = await import("../../../src/config/read-config.ts");
  const { builtinCatalog } = await import("../../../src/builtins.ts");
  return {
    openWorker,
    openConfigOf: async (cwd: string) => ({
      config: await readConfig("config.yaml", { cwd, env: {}, set: [], overrides: {} } as never),
      catalog: builtinCatalog(),
    }),
  };
}

it("waits for a worker, and says so", async () => {
  const redis = await redisWith();
  const { directory } = await project();
  const running = runOn(directory, redis.url);
  await running.shows(/waiting for a worker on redis:\/\/127\.0\.0\.1:\d+: dao-opt worker CONFIG --queue/);
  const worker = await startWorker({ cwd: directory, queue: redis.url });
  const ended = await running.result;
  expect(ended.exitCode, ended.stderr).toBe(0);
  expect(ended.stderr).toMatch(/connected: /);
  expect(await worker.stop()).toBe(0);
});

it("drains a worker: what is in flight is finished, and its work is reported", async () => {
  const redis = await redisWith();
  const { directory } = await project();
  const first = await startWorker({ cwd: directory, queue: redis.url, args: ["--json"] });
  const second = await startWorker({ cwd: directory, queue: redis.url });
  const before = paidAt.server.count;
  const running = runOn(directory, redis.url);
  await paidAt.server.reached(before + 20);
  expect(await first.stop()).toBe(0);
  const { stdout } = await first.result;
  const output = parseJson(stdout, workerOutputSchema.strict());
  expect(output).toMatchObject({ queue: redis.url, concurrency: 4, failed: 0, dropped: 0 });
  expect(output.done).toBeGreaterThan(0);
  const ended = await running.result;
  expect(ended.exitCode, ended.stderr).toBe(0);
  // Nothing was lost, so that even the account is that of a run here.
  expect(resultOf(directory, true)).toEqual(here);
  expect(ended.stderr).not.toMatch(/lost/);
  await second.stop();
});

it("keeps a provider's limit across two runs and two workers", async () => {
  const redis = await redisWith();
  const limited = await startPaidServer(40);
  const projects = await Promise.all(
    [0, 1].map(() =>
      createScaleProject({ rows: 24, paidAt: limited, model: { limits: { concurrency: 3 } } }),
    ),
  );
  const cwd = projects[0]?.directory ?? "";
  copyFileSync(join(cwd, "config.yaml"), join(cwd, "copy.yaml"));
  const workers = await Promise.all([0, 1].map(() => startWorker({ cwd, queue: redis.url, concurrency: 8 })));
  const ended = await Promise.all(projects.map(({ directory }) => runOn(directory, redis.url).result));
  for (const { exitCode, stderr } of ended) expect(exitCode, stderr).toBe(0);
  // Two models share the server, each with its own limit.
  expect(limited.server.mostInFlight).toBeLessThanOrEqual(6);
  for (const worker of workers) await worker.stop();
  await limited.close();
});

it("evaluates on workers", async () => {
  const redis = await redisWith();
  const { directory } = await project();
  const worker = await startWorker({ cwd: directory, queue: redis.url });
  const [onWorkers, local] = [
    await spawnCli(["eval", "config.yaml", "--no-cache", "--json", "--workers", redis.url], {
      cwd: directory,
    }),
    await spawnCli(["eval", "config.yaml", "--no-cache", "--json"], { cwd: directory }),
  ];
  expect(onWorkers.exitCode, onWorkers.stderr).toBe(0);
  const scoreOf = (text: string) =>
    JSON.parse(text).results.map(({ score, rows }: never) => ({ score, rows }));
  expect(scoreOf(onWorkers.stdout)).toEqual(scoreOf(local.stdout));
  await worker.stop();
});
