import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { LiveTraceStore, TraceFilter } from "../../../src/contracts/trace-store.ts";
import { openTraceStore } from "../../../src/traces/open-trace-store.ts";
import { temporaryFolder } from "../../registry/temporary-folder.ts";
import { collect, traceAt } from "../../suites/trace-store.ts";

const at = "2026-11-20T11:00:00.000Z";
let folder: string;
let one: LiveTraceStore;
let other: LiveTraceStore;
beforeEach(() => {
  folder = join(temporaryFolder(), "traces");
  one = openTraceStore({ folder });
  other = openTraceStore({ folder });
});

const ids = async (store: LiveTraceStore, filter?: TraceFilter) =>
  (await collect(store.list(filter))).map(({ traceId }) => traceId);

describe("two stores of one folder", () => {
  test("see each other's traces, feedback, changes and deletions", async () => {
    one.append(traceAt(1));
    one.append(traceAt(2));
    await one.flush();
    expect(await ids(other)).toEqual(["t1", "t2"]);
    for (const rating of [0, 0.5, 1]) {
      one.addFeedback("t1", { rating, at });
      await one.flush();
      expect((await other.find("t1"))?.feedback?.at(-1)?.rating).toBe(rating);
      expect((await one.find("t1"))?.feedback?.at(-1)?.rating).toBe(rating);
    }
    await other.amend("t2", { eventId: "e2", output: "other" });
    expect((await one.find("e2"))?.output).toBe("other");
    other.addFeedback("e2", { rating: 0.25, at });
    await other.flush();
    expect(await ids(one, { rating: { operator: "=", value: 0.25 } })).toEqual(["t2"]);
    // The files of feedback and changes are rewritten, first shorter, then longer.
    expect(await one.remove({ ids: ["t1"] })).toBe(1);
    expect((await other.find("t2"))?.feedback).toEqual([{ rating: 0.25, at }]);
    one.append(traceAt(1));
    for (let count = 0; count < 10; count++) one.addFeedback("t1", { comment: `comment ${count}`, at });
    await one.flush();
    expect((await other.find("t1"))?.feedback).toHaveLength(10);
    expect((await other.find("t2"))?.feedback).toEqual([{ rating: 0.25, at }]);
  });

  test("read concurrently with equal results", async () => {
    for (let second = 0; second < 50; second++) one.append(traceAt(second));
    for (let second = 0; second < 50; second++) one.addFeedback(`t${second}`, { rating: 1, at });
    const looks = await Promise.all(
      Array.from({ length: 8 }, () => ids(one, { rating: { operator: "=", value: 1 } })),
    );
    for (const look of looks) expect(look).toHaveLength(50);
    expect((await Promise.all(looks.map(() => one.find("t7")))).map((found) => found?.feedback)).toEqual(
      looks.map(() => [{ rating: 1, at }]),
    );
  });
});

test("a deletion rewrites only the files with removed traces", async () => {
  for (const second of [0, 1, 2, 100_000, 200_000]) one.append(traceAt(second));
  await one.flush();
  const inodes = () => readdirSync(folder).map((name) => [name, statSync(join(folder, name)).ino]);
  const before = inodes();
  expect(before.map(([name]) => name)).toEqual(["2026-11-20.jsonl", "2026-11-21.jsonl", "2026-11-22.jsonl"]);
  writeFileSync(join(folder, "2026-11-20.jsonl"), "\nno trace\n", { flag: "a" });
  const text = readFileSync(join(folder, "2026-11-20.jsonl"), "utf8");
  expect(await one.remove({ since: "2026-11-21", until: "2026-11-22" })).toBe(1);
  expect(inodes()).toEqual([before[0], before[2]]);
  expect(await one.remove({ ids: ["t1"] })).toBe(1);
  expect(inodes()[1]).toEqual(before[2]);
  const lines = text.split("\n");
  const left = readFileSync(join(folder, "2026-11-20.jsonl"), "utf8");
  expect(left.split("\n").filter((line) => line !== "")).toEqual([lines[0], lines[2], "no trace"]);
});

describe("follow", () => {
  /** Follows a folder, and returns the next `count` traces per call. */
  const following = async (filter: TraceFilter = {}) => {
    const ending = new AbortController();
    const traces = await one.follow(filter, { signal: ending.signal, everyMs: 5 });
    const iterator = traces[Symbol.asyncIterator]();
    return {
      next: async (count: number): Promise<readonly (string | undefined)[]> => {
        const seen: (string | undefined)[] = [];
        while (seen.length < count) seen.push((await iterator.next()).value?.traceId);
        return seen;
      },
      end: async () => {
        ending.abort();
        expect(await iterator.next()).toMatchObject({ done: true });
      },
    };
  };

  test("yields new traces of any day and process exactly once", async () => {
    other.append(traceAt(1));
    await other.flush();
    const follower = await following({ hasError: false });
    other.append(traceAt(2));
    other.append(traceAt(3, { error: "no" }));
    await other.flush();
    expect(await follower.next(1)).toEqual(["t2"]);
    other.append(traceAt(-500_000));
    one.append(traceAt(500_000));
    await Promise.all([other.flush(), one.flush()]);
    expect(await follower.next(2)).toEqual(["t-500000", "t500000"]);
    await follower.end();
  });

  test("continues after the last yielded trace when traces are deleted", async () => {
    for (let second = 0; second < 5; second++) other.append(traceAt(second));
    await other.flush();
    const follower = await following();
    other.append(traceAt(5));
    await other.flush();
    expect(await follower.next(1)).toEqual(["t5"]);
    await other.remove({ ids: ["t1", "t3"] });
    other.append(traceAt(6));
    await other.flush();
    expect(await follower.next(1)).toEqual(["t6"]);
    await other.remove({ ids: ["t6"] });
    other.append(traceAt(7));
    await other.flush();
    expect(await follower.next(1)).toEqual(["t7"]);
    await follower.end();
  });

  test("waits until a line is complete", async () => {
    other.append(traceAt(1));
    await other.flush();
    const file = join(folder, "2026-11-20.jsonl");
    const text = readFileSync(file, "utf8");
    const follower = await following();
    const line = text.replace('"t1"', '"t2"');
    writeFileSync(file, line.slice(0, 20), { flag: "a" });
    const next = follower.next(1);
    writeFileSync(file, line.slice(20), { flag: "a" });
    expect(await next).toEqual(["t2"]);
    await follower.end();
  });
});
