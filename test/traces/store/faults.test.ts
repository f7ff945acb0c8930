import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { TraceLosses } from "../../../src/contracts/trace-store.ts";
import { openTraceStore } from "../../../src/traces/open-trace-store.ts";
import { temporaryFolder } from "../../registry/temporary-folder.ts";
import { collect, traceAt } from "../../suites/trace-store.ts";
import { startProcess } from "../../support/script-process.ts";
import { spawnShell } from "../../support/spawn-cli.ts";
import { bundleTraceScript } from "./trace-process.ts";

let scripts: string;
let folder: string;
beforeEach(() => {
  scripts = temporaryFolder();
  folder = join(temporaryFolder(), "traces");
});

const ids = async (onUnreadable = (_file: string) => {}) =>
  (await collect(openTraceStore({ folder, onUnreadable }).list())).map(({ traceId }) => traceId);

test("kill -9 of the writer loses nothing that was flushed", async () => {
  const file = await bundleTraceScript(
    scripts,
    `
    const [folder, writer] = process.argv.slice(2);
    const store = openTraceStore({ folder });
    for (let at = 0; ; at++) {
      store.append(trace(writer + "-" + at, (at * 31) % 3000));
      if (at % 7 === 0) { await store.flush(); print(String(at)); }
    }`,
  );
  const acknowledged = new Map<string, number>();
  // Sequential, in the same files: each process has to handle the leftovers of the previous one.
  for (const [writer, lines] of [..."abcdef"].map((name, at) => [name, 3 + at * 5] as const)) {
    let printed = 0;
    const { code } = await startProcess("node", [file, folder, writer], {
      onLine(line, child) {
        acknowledged.set(writer, Number(line));
        if (++printed === lines) setTimeout(() => child.kill("SIGKILL"), lines % 4);
      },
    }).ended;
    expect(code).toBeNull();
  }
  const torn: string[] = [];
  const kept = new Set(await ids((path) => torn.push(path)));
  for (const [writer, last] of acknowledged) {
    for (let at = 0; at <= last; at++) expect(kept.has(`${writer}-${at}`), `${writer}-${at}`).toBe(true);
  }
  expect(acknowledged.size).toBe(6);
  expect(torn.length).toBeLessThanOrEqual(6);
  expect(readdirSync(folder).filter((name) => name.startsWith(".lock.takeover"))).toEqual([]);
}, 60_000);

test("a partial line of a killed writer does not merge with the next one", async () => {
  mkdirSync(folder);
  writeFileSync(
    join(folder, "2026-11-20.jsonl"),
    `${JSON.stringify({ trace_id: "a", started_at: "2026-11-20T09:00:00Z" })}\n{"trace_id":"b","sta`,
  );
  writeFileSync(join(folder, "feedback.jsonl"), '{"key":"a","rat');
  const torn: string[] = [];
  const store = openTraceStore({ folder, onUnreadable: (path) => torn.push(path) });
  // A reader cannot distinguish it from a line that is being written.
  expect((await collect(store.list())).map(({ traceId }) => traceId)).toEqual(["a"]);
  expect(torn).toEqual([]);
  store.append(traceAt(1));
  store.addFeedback("a", { rating: 1, at: "2026-11-20T11:00:00Z" });
  expect((await collect(store.list())).map(({ traceId }) => traceId)).toEqual(["a", "t1"]);
  expect((await store.find("a"))?.feedback).toHaveLength(1);
  expect(new Set(torn)).toEqual(new Set([join(folder, "2026-11-20.jsonl"), join(folder, "feedback.jsonl")]));
});

test("a complete last line without a newline is read", async () => {
  mkdirSync(folder);
  appendFileSync(
    join(folder, "2026-11-20.jsonl"),
    JSON.stringify({ trace_id: "a", started_at: "2026-11-20T09:00:00Z" }),
  );
  expect(await ids()).toEqual(["a"]);
  const store = openTraceStore({ folder });
  store.append(traceAt(1));
  await store.close();
  expect(await ids()).toEqual(["a", "t1"]);
});

test("lines of other writers are parsed", async () => {
  mkdirSync(folder);
  const lines = [
    '{ "started_at": "2026-11-20T10:00:05Z", "inputs": {"started_at": "x", "trace_id": "y"}, "trace_id": "later", "chat_id": "c" }',
    "",
    '{"trace_id":"caf\\u00e9","started_at":"2026-11-20T10:00:01Z","chat_id":"c"}\r',
    '   {"trace_id":"z","chat_id":"c","started_at":"not a date"}',
    "[1, 2]",
    '"text"',
  ];
  writeFileSync(join(folder, "2026-11-20.jsonl"), lines.join("\n"));
  const unreadable: string[] = [];
  const store = openTraceStore({ folder, onUnreadable: (path) => unreadable.push(path) });
  expect((await collect(store.list({ chatId: "c" }))).map(({ traceId }) => traceId)).toEqual([
    "café",
    "z",
    "later",
  ]);
  expect(unreadable).toHaveLength(2);
  expect((await store.find("café"))?.chatId).toBe("c");
});

test.runIf(process.platform === "linux")(
  "a folder that cannot be created loses traces, counts them, and never hangs",
  async () => {
    const store = openTraceStore({ folder: "/proc/dao-opt/traces" });
    store.append(traceAt(1));
    const lost = { count: 1, reason: "the folder was removed or cannot be created" };
    expect(await store.flush()).toEqual(lost);
    expect(await store.close()).toEqual(lost);
  },
);

describe("the disk", () => {
  const writing = `
    const [folder] = process.argv.slice(2);
    const reported = [];
    const store = openTraceStore({ folder, onLoss: (losses) => reported.push(losses) });
    for (let at = 0; at < 400; at++) {
      store.append(trace("t" + at));
      if (at % 10 === 0) await store.flush();
    }
    print(JSON.stringify({ losses: await store.close(), reported: reported.at(-1) ?? null }));
    const again = openTraceStore({ folder });
    for await (const { traceId } of again.list()) print(traceId);
    try { await again.amend("t0", { output: "other" }); print("amended"); } catch (error) { print(error.code + " " + error.message); }`;

  const outcome = (stdout: string) => {
    const [first = "", ...rest] = stdout.trimEnd().split("\n");
    const { losses, reported } = JSON.parse(first) as { losses: TraceLosses; reported: TraceLosses | null };
    return { losses, reported, kept: rest.slice(0, -1), amended: rest.at(-1) };
  };

  test("that is full keeps complete lines, and counts and reports the rest", async () => {
    const file = await bundleTraceScript(scripts, writing);
    const { stdout, stderr, exitCode } = await spawnShell('ulimit -f 40; exec node "$@"', {
      cwd: scripts,
      args: [file, folder],
    });
    expect([exitCode, stderr]).toEqual([0, ""]);
    const { losses, reported, kept, amended } = outcome(stdout);
    expect(losses).toEqual({
      count: 400 - kept.length,
      reason: "the file would grow larger than the system allows",
    });
    expect(reported).toEqual(losses);
    expect(kept.length).toBeGreaterThan(60);
    expect(kept).toEqual(kept.map((_, at) => `t${at}`));
    expect(amended).toBe("amended");
    const [day = ""] = readdirSync(folder).filter((name) => name !== "changes.jsonl");
    const text = readFileSync(join(folder, day), "utf8");
    expect(text.endsWith("}\n")).toBe(true);
    expect(text.length).toBeLessThanOrEqual(40 * 1024);
  });

  const drop = process.getuid?.() === 0 ? "exec setpriv --bounding-set=-all --inh-caps=-all " : "exec ";

  test("that is read-only loses all traces, reports it, and never throws", async () => {
    const file = await bundleTraceScript(scripts, writing);
    mkdirSync(folder);
    writeFileSync(
      join(folder, "2026-11-20.jsonl"),
      `${JSON.stringify({ trace_id: "t0", started_at: "2026-11-20T09:00:00Z" })}\n`,
    );
    chmodSync(folder, 0o555);
    const { stdout, stderr, exitCode } = await spawnShell(`${drop}node "$@"`, {
      cwd: scripts,
      args: [file, folder],
    });
    expect([exitCode, stderr]).toEqual([0, ""]);
    const { losses, kept, amended } = outcome(stdout);
    expect(losses).toEqual({ count: 400, reason: "permission denied" });
    expect(kept).toEqual(["t0"]);
    expect(amended).toMatch(/^store_failed .*: permission denied$/);
  });

  test("with a file in place of the folder loses all traces and reports it", async () => {
    writeFileSync(folder, "");
    const store = openTraceStore({ folder });
    store.append(traceAt(1));
    expect(await store.flush()).toEqual({ count: 1, reason: "a file exists where a folder is needed" });
    await expect(collect(store.list())).rejects.toMatchObject({ code: "store_failed" });
    await expect(store.find("t1")).rejects.toMatchObject({ code: "store_failed" });
  });

  test("whose folder is removed continues in a new one", async () => {
    const store = openTraceStore({ folder });
    store.append(traceAt(1));
    await store.flush();
    rmSync(folder, { recursive: true });
    store.append(traceAt(2));
    expect(await store.flush()).toEqual({ count: 0 });
    expect(await ids()).toEqual(["t2"]);
  });

  test("that is too slow loses what exceeds the memory limit", async () => {
    const reported: TraceLosses[] = [];
    const store = openTraceStore({ folder, maxWaiting: 10_000, onLoss: (losses) => reported.push(losses) });
    for (let at = 0; at < 100; at++) store.append(traceAt(at, { output: "x".repeat(1000) }));
    const { count, reason } = await store.flush();
    expect(reason).toMatch(/too slow/);
    expect(count).toBe(reported.at(-1)?.count);
    expect(await ids()).toHaveLength(100 - count);
    // Written lines free memory.
    store.append(traceAt(200));
    expect(await store.flush()).toMatchObject({ count });
    expect((await ids()).at(-1)).toBe("t200");
  });

  test("does not break the application's call if the loss listener throws", async () => {
    const store = openTraceStore({
      folder,
      maxWaiting: 1,
      onLoss: () => {
        throw new Error("from the listener");
      },
    });
    expect(() => store.append(traceAt(1))).not.toThrow();
    expect(await store.flush()).toMatchObject({ count: 1 });
  });
});

test("a process that exits normally writes all traces", async () => {
  const file = await bundleTraceScript(
    scripts,
    `openTraceStore({ folder: process.argv[2] }).append(trace("t1"));`,
  );
  expect((await startProcess("node", [file, folder]).ended).code).toBe(0);
  expect(await ids()).toEqual(["t1"]);
});

test("the next deletion removes leftovers of a killed one", async () => {
  const store = openTraceStore({ folder });
  store.append(traceAt(1));
  await store.flush();
  writeFileSync(join(folder, ".2026-11-20.jsonl.0123456789ab.tmp"), "text that was to be kept");
  expect(await store.remove({ ids: ["none"] })).toBe(0);
  expect(readdirSync(folder)).toEqual(["2026-11-20.jsonl"]);
});
