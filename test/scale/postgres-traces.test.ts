import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TraceStore } from "../../src/contracts/trace-store.ts";
import { connectPostgres, type Postgres } from "../../src/postgres/connect-postgres.ts";
import { readPostgresAddress } from "../../src/postgres/postgres-address.ts";
import { prepareSchema } from "../../src/postgres/prepare-schema.ts";
import { openPostgresTraces } from "../../src/traces/postgres/open-postgres-traces.ts";
import { tracesSchema } from "../../src/traces/postgres/trace-schema.ts";
import { collect, traceAt, traceStoreSuite } from "../suites/trace-store.ts";
import { createHttpProject } from "../support/http-project.ts";
import { startLoopbackOpenAI } from "../support/loopback-openai.ts";
import { spawnCli, startCli } from "../support/spawn-cli.ts";
import { type PostgresServer, startPostgres } from "./support/postgres.ts";

let server: PostgresServer;
let url: string;
let postgres: Postgres;
const opened: Postgres[] = [];
beforeAll(async () => {
  server = await startPostgres();
  url = await server.createDatabase();
  postgres = await connect();
  await prepareSchema(postgres, tracesSchema);
});
afterAll(async () => {
  await Promise.all(opened.map((one) => one.close().catch(() => {})));
  await server.close();
});

async function connect(given = url): Promise<Postgres> {
  const made = await connectPostgres(readPostgresAddress(given, {}, "state.traces"));
  opened.push(made);
  return made;
}

const empty = () => postgres.query("truncate dao_opt_traces, dao_opt_feedback");

describe("in PostgreSQL", () => {
  let last: TraceStore | undefined;
  /**
   * The suite opens a store at once; its first statement waits until the tables are empty. What the store before had
   * not written by the end of its test must not come into the next one.
   */
  traceStoreSuite("trace store", ({ now }) => {
    const before = last;
    const emptied = (async () => {
      await before?.close();
      await empty();
    })();
    const waiting: Postgres = {
      shown: "postgres://test",
      query: async (sql, values) => {
        await emptied;
        return postgres.query(sql, values);
      },
      transaction: async (work) => {
        await emptied;
        return postgres.transaction(work);
      },
      close: async () => {},
    };
    last = openPostgresTraces(waiting, { clock: { now } });
    return last;
  });
});

describe("traces of many servers", () => {
  test("two stores append, change and remove; both list the same", async () => {
    await empty();
    const [one, two] = [openPostgresTraces(await connect()), openPostgresTraces(await connect())];
    for (let at = 0; at < 2000; at++)
      (at % 2 === 0 ? one : two).append(traceAt(at, { chatId: `c${at % 7}` }));
    one.addFeedback("t3", { rating: 0.3, at: "2026-11-20T11:00:00Z" });
    await Promise.all([one.flush(), two.flush()]);
    const ids = (await collect(two.list())).map(({ traceId }) => traceId);
    expect(ids).toEqual(Array.from({ length: 2000 }, (_, at) => `t${at}`));
    expect((await collect(one.list({}, { newestFirst: true }))).map(({ traceId }) => traceId)).toEqual(
      ids.toReversed(),
    );
    expect(await two.remove({ chatId: "c3" })).toBe(Math.ceil((2000 - 3) / 7));
    expect(await one.find("t3")).toBeUndefined();
    expect(await postgres.query("select * from dao_opt_feedback")).toEqual([]);
  });

  test("traces of one moment come in the order of appending, all of them, over many pages", async () => {
    await empty();
    const store = openPostgresTraces(await connect());
    const ids = Array.from({ length: 1200 }, (_, at) => `same${at}`);
    for (const traceId of ids) store.append(traceAt(1, { traceId, chatId: "c", eventId: "e" }));
    await store.flush();
    const listed = async (newestFirst: boolean) =>
      (await collect(store.list({ chatId: "c" }, { newestFirst }))).map(({ traceId }) => traceId);
    expect(await listed(false)).toEqual(ids);
    expect(await listed(true)).toEqual(ids.toReversed());
    expect((await store.find("e"))?.traceId).toBe("same1199");
    expect(await store.remove({ chatId: "c" })).toBe(1200);
  });

  test("long ids with the same beginning, and ids with NUL, are different traces", async () => {
    await empty();
    const store = openPostgresTraces(await connect());
    const ids = [`${"é".repeat(500)}1`, `${"é".repeat(500)}2`, "a\u0000b", "ab", "a\\u0000b"];
    for (const [at, traceId] of ids.entries()) store.append(traceAt(at, { traceId }));
    expect((await collect(store.list())).map(({ traceId }) => traceId)).toEqual(ids);
    for (const id of ids) expect((await store.find(id))?.traceId).toBe(id);
    expect(await store.find(`${"é".repeat(500)}3`)).toBeUndefined();
  });

  test("texts that PostgreSQL cannot index or store come back unchanged", async () => {
    await empty();
    const store = openPostgresTraces(await connect());
    const odd = `a\u0000b \ud800 ${"é".repeat(5000)}`;
    const trace = traceAt(1, {
      chatId: odd,
      user: odd,
      output: odd,
      prompt: { path: odd },
      metadata: { x: odd },
    });
    store.append(trace);
    expect(await collect(store.list({ chatId: odd, user: odd }))).toEqual([trace]);
    expect(await collect(store.list({ prompt: odd }))).toEqual([trace]);
    expect(await collect(store.list({ chatId: `${odd}x` }))).toEqual([]);
    expect(await store.flush()).toEqual({ count: 0 });
  });

  test("feedback and its trace may be written at the same moment", async () => {
    await empty();
    const [one, two] = [openPostgresTraces(await connect()), openPostgresTraces(await connect())];
    for (let at = 0; at < 60; at++) {
      one.append(traceAt(at, { feedbackKey: `f${at}` }));
      two.addFeedback(`f${at}`, { rating: 1, at: "2026-11-20T11:00:00Z" });
      await Promise.all([one.flush(), two.flush()]);
    }
    await one.amend("t7", { eventId: "e7" });
    const rated = await collect(two.list({ rating: { operator: "=", value: 1 } }));
    expect(rated).toHaveLength(60);
  });

  test("a time filter finds traces of a clock that was set back", async () => {
    await empty();
    let nowMs = Date.parse(traceAt(1000).startedAt);
    const store = openPostgresTraces(await connect(), { clock: { now: () => new Date(nowMs) } });
    store.append(traceAt(1000));
    nowMs -= 900_000;
    store.append(traceAt(100));
    const ids = async (until: number) =>
      (await collect(store.list({ since: traceAt(50).startedAt, until: traceAt(until).startedAt }))).map(
        ({ traceId }) => traceId,
      );
    expect(await ids(200)).toEqual(["t100"]);
    expect(await ids(2000)).toEqual(["t1000", "t100"]);
  });

  test("following shows what others append, each trace once", async () => {
    await empty();
    const [one, two] = [openPostgresTraces(await connect()), openPostgresTraces(await connect())];
    one.append(traceAt(1));
    await one.flush();
    const ending = new AbortController();
    const followed = await two.follow({ model: "m" }, { signal: ending.signal, everyMs: 20 });
    const seen: string[] = [];
    const following = (async () => {
      for await (const { traceId } of followed) if (seen.push(traceId) === 3) ending.abort();
    })();
    for (const second of [5, 2, 9]) {
      one.append(traceAt(second, { model: "m" }));
      one.append(traceAt(second + 100));
      await one.flush();
    }
    await following;
    expect(seen.toSorted()).toEqual(["t2", "t5", "t9"]);
  });

  test("a lost database costs no trace if it comes back, and counts them if it does not", async () => {
    await empty();
    const store = openPostgresTraces(await connect());
    store.append(traceAt(1));
    await store.flush();
    await server.kill();
    store.append(traceAt(2));
    expect(await store.flush()).toEqual({ count: 0 });
    await expect(collect(store.list())).rejects.toMatchObject({ code: "database_unreachable" });
    await server.start();
    expect((await collect(store.list())).map(({ traceId }) => traceId)).toEqual(["t1", "t2"]);
    await server.kill();
    store.append(traceAt(3));
    expect(await store.close()).toMatchObject({ count: 1 });
    await server.start();
  });
});

describe("commands with state.traces", () => {
  test("call, serve, traces and feedback use the database", async () => {
    const models = await startLoopbackOpenAI();
    const database = await server.createDatabase();
    const project = createHttpProject({ baseUrl: models.baseUrl });
    Object.assign(project.config, { state: { path: "./.dao-opt", traces: database } });
    project.save();
    const cli = async (...args: string[]) => {
      const ended = await spawnCli([...args, "--config", "config.yaml"], { cwd: project.directory });
      return { ...ended, json: () => JSON.parse(ended.stdout) };
    };
    try {
      const unprepared = await cli("traces", "list", "--json");
      expect(unprepared.exitCode).toBe(4);
      expect(unprepared.json().error).toMatchObject({
        code: "database_unprepared",
        hint: "create them once: dao-opt traces init",
      });
      expect((await cli("traces", "init", "--json")).json()).toMatchObject({ created: true });
      const collected = await cli(...["collect", "import", "rows.jsonl", "--dataset", "d"]);
      expect(collected.exitCode, collected.stderr).toBe(0);
      const serving = startCli(["serve", "--port", "0", "--config", "config.yaml", "--json"], {
        cwd: project.directory,
      });
      const { url: address } = JSON.parse(await serving.shows(/\{.*\}\n/));
      const recorded = await fetch(`${address}/openai/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model: "m", messages: [{ role: "user", content: "Hello" }] }),
      }).catch(() => undefined);
      await recorded?.text();
      serving.child.kill("SIGTERM");
      await serving.result;
      const store = openPostgresTraces(await connect(database));
      store.append(traceAt(1));
      await store.flush();
      const listed = (await cli("traces", "list", "--json")).json();
      expect(listed.map(({ trace_id: id }: { trace_id: string }) => id)).toContain("t1");
      const rated = await cli("feedback", "t1", "--rating", "0.2", "--json");
      expect(rated.exitCode, rated.stderr).toBe(0);
      expect((await cli("traces", "list", "--rating", "<0.5", "--json")).json()).toHaveLength(1);
      expect((await cli("traces", "show", "t1", "--json")).json()).toMatchObject({
        feedback: [{ rating: 0.2 }],
      });
      expect((await cli("traces", "delete", "t1", "--yes", "--json")).exitCode).toBe(0);
      expect(await store.find("t1")).toBeUndefined();
    } finally {
      await models.close();
    }
  });
});
