import { mkdtempSync } from "node:fs";
import { createServer, connect as dial, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { spawnCli, startCli } from "../../support/spawn-cli.ts";
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
const project = (): Promise<ScaleProject> => createScaleProject({ rows: 40, paidAt });
beforeAll(async () => {
  paidAt = await startPaidServer(60);
  const { directory } = await project();
  const ended = await spawnCli(["run", "config.yaml", "--no-cache"], { cwd: directory });
  expect(ended.exitCode, ended.stderr).toBe(0);
  here = resultOf(directory, true);
});
afterAll(() => paidAt?.close());

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function redisWith(options?: RedisOptions): Promise<RedisServer> {
  const redis = await startRedis(options);
  closing.push(() => redis.close());
  return redis;
}

const runOn = (cwd: string, queue: string) =>
  startCli(["run", "config.yaml", "--no-cache", "--workers", queue], { cwd });

/** What `worker` says about a queue that it cannot use. */
async function refusal(queue: string): Promise<{ readonly message: string; readonly hint: string }> {
  const { directory } = await project();
  const { exitCode, stdout, stderr } = await spawnCli(
    ["worker", "config.yaml", "--json", "--queue", queue, "--debug"],
    {
      cwd: directory,
    },
  );
  expect(stdout + stderr).not.toContain("hunter2");
  expect(stderr).not.toMatch(/\bbug\b/);
  expect(exitCode, stdout + stderr).toBe(4);
  return (JSON.parse(stdout) as { error: { message: string; hint: string } }).error;
}

describe("an address that leads to no queue", () => {
  it("names a database that is no number, or that Redis does not have", async () => {
    const { url } = await redisWith();
    expect((await refusal(`${url}/abc`)).message).toMatch(/\/abc has no number of a database/);
    expect((await refusal(`${url}/99`)).message).toMatch(/\/99 has no database of that number/);
  });

  it("has a password that is not percent-encoded", async () => {
    const { hint, message } = await refusal(`redis://:hunter2%zz@127.0.0.1:${await freePort()}`);
    expect(message).toMatch(/is no address of a queue/);
    expect(hint).toMatch(/percent-encoded/);
  });

  it("is that of a cluster", async () => {
    // Its bus has this port and 10,000 more.
    const folder = mkdtempSync(join(tmpdir(), "dao-opt-cluster-"));
    const redis = await redisWith({
      port: await freePort(30_000),
      settings: ["cluster-enabled yes", `cluster-config-file ${join(folder, "nodes.conf")}`],
    });
    const client = redis.connect();
    await client.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
    await expect.poll(() => client.cluster("INFO"), { timeout: 20_000 }).toMatch(/cluster_state:ok/);
    const { hint, message } = await refusal(redis.url);
    expect(message).toMatch(/is a cluster, which cannot hold a queue$/);
    expect(hint).toMatch(/without cluster mode/);
  });

  it("has an unknown certificate, and says where to name its authority", async () => {
    const redis = await redisWith({ tls: true });
    expect((await refusal(redis.url)).hint).toMatch(/NODE_EXTRA_CA_CERTS/);
  });
});

it("never shows the password that Redis repeats in its error", async () => {
  // Some managed servers and proxies do not have these commands.
  const redis = await redisWith({ withoutCommands: ["AUTH", "HELLO"] });
  const { message } = await refusal(redis.url.replace("//", "//:hunter2-secret@"));
  expect(message).toMatch(/unknown command 'auth', with args beginning with: '…'/i);
});

describe("a user with few rights", () => {
  it("may use the queue without INFO, and hears nothing of it", async () => {
    const redis = await redisWith();
    await redis
      .connect()
      .call("ACL", "SETUSER", "app", "on", ">pw", "~dao-opt:*", "&dao-opt:*", "+@all", "-@dangerous");
    const queue = redis.url.replace("//", "//app:pw@");
    const { directory } = await project();
    const worker = await startWorker({ cwd: directory, queue });
    const ended = await runOn(directory, queue).result;
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(resultOf(directory, true)).toEqual(here);
    expect(await worker.stop()).toBe(0);
    expect(ended.stderr + (await worker.result).stderr).not.toMatch(/ready check|NOPERM/);
  });

  it("is refused with the command that is missing", async () => {
    const redis = await redisWith();
    await redis
      .connect()
      .call("ACL", "SETUSER", "app", "on", ">pw", "~dao-opt:*", "&dao-opt:*", "+@all", "-eval");
    const { message } = await refusal(redis.url.replace("//", "//app:pw@"));
    expect(message).toMatch(/does not let this user do that: NOPERM .*'eval'/);
  });
});

/** A name that leads to one server, and then to another, while open connections stay where they are. */
async function movingAddress(first: number): Promise<{ readonly url: string; moveTo(port: number): void }> {
  let target = first;
  const sockets = new Set<Socket>();
  const server = createServer((incoming) => {
    const outgoing = dial(target, "127.0.0.1");
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(one);
      one.on("error", () => {});
      one.on("close", () => other.destroy());
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return {
    url: `redis://127.0.0.1:${port}`,
    moveTo: (next) => {
      target = next;
    },
  };
}

it("goes on at the new primary after a failover", async () => {
  const [before, after] = [await redisWith(), await redisWith()];
  const address = await movingAddress(before.port);
  const { directory } = await project();
  const worker = await startWorker({ cwd: directory, queue: address.url });
  const paid = paidAt.server.count;
  const running = runOn(directory, address.url);
  await paidAt.server.reached(paid + 25);
  address.moveTo(after.port);
  await before.connect().replicaof("127.0.0.1", await freePort());
  const ended = await running.result;
  expect(ended.exitCode, ended.stderr).toBe(0);
  expect(ended.stderr).toMatch(/is back/);
  expect(resultOf(directory, true)).toEqual(here);
  expect(await worker.stop()).toBe(0);
});

it("ends run and worker at once when the password was changed", async () => {
  const redis = await redisWith({ password: "before" });
  const { directory } = await project();
  const worker = await startWorker({ cwd: directory, queue: redis.url });
  const paid = paidAt.server.count;
  const running = runOn(directory, redis.url);
  await paidAt.server.reached(paid + 25);
  const client = redis.connect();
  await client.config("SET", "requirepass", "after");
  await client.call("CLIENT", "KILL", "TYPE", "normal");
  const ended = await running.result;
  expect(ended.exitCode, ended.stderr).toBe(4);
  expect(ended.stderr).toMatch(/refuses the password/);
  const worked = await worker.result;
  expect(worked.exitCode, worked.stderr).toBe(4);
  expect(worked.stderr).toMatch(/refuses the password/);
});

it("warns of a Redis that drops data, and goes on when it has dropped what workers need to know", async () => {
  const redis = await redisWith({ settings: ["maxmemory-policy allkeys-lru"] });
  const { directory } = await project();
  const first = await startWorker({ cwd: directory, queue: redis.url });
  await first.shows(/warning: maxmemory-policy is allkeys-lru: .* set it to noeviction/);
  const paid = paidAt.server.count;
  const running = runOn(directory, redis.url);
  await running.shows(/maxmemory-policy is allkeys-lru/);
  await paidAt.server.reached(paid + 25);
  const needs = (await redis.keys()).filter((key) => key.endsWith(":needs"));
  expect(await redis.connect().del(...needs)).toBe(1);
  expect(await first.stop()).toBe(0);
  const second = await startWorker({ cwd: directory, queue: redis.url });
  const ended = await running.result;
  expect(ended.exitCode, ended.stderr).toBe(0);
  expect(resultOf(directory, true)).toEqual(here);
  expect(await second.stop()).toBe(0);
});
