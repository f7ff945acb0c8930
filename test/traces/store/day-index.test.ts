import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LiveTraceStore, TraceFilter } from "../../../src/contracts/trace-store.ts";
import { createRandom } from "../../../src/core/random.ts";
import { openTraceStore } from "../../../src/traces/open-trace-store.ts";

let folder: string;
let indexed: LiveTraceStore;
let plain: LiveTraceStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dao-opt-index-"));
  indexed = openTraceStore({ folder, keepsIndex: true, partBytes: 20_000 });
  plain = openTraceStore({ folder });
});
afterEach(async () => {
  await Promise.all([indexed.close(), plain.close()]);
  rmSync(folder, { recursive: true, force: true });
});

async function idsOf(
  store: LiveTraceStore,
  filter: TraceFilter,
  newestFirst: boolean,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { traceId, output } of store.list(filter, { newestFirst }))
    ids.push(`${traceId} ${output}`);
  return ids;
}

async function expectSame(filters: readonly TraceFilter[]): Promise<void> {
  for (const filter of filters)
    for (const newestFirst of [true, false])
      expect(await idsOf(indexed, filter, newestFirst)).toEqual(await idsOf(plain, filter, newestFirst));
}

const filters: readonly TraceFilter[] = [
  {},
  { user: "ann" },
  { model: "gpt-4o" },
  { since: "2026-11-20T12:00:00.000Z" },
  { until: "2026-11-21T06:00:00.000Z" },
  { since: "2026-11-20T12:00:00.000Z", until: "2026-11-21T06:00:00.000Z", user: "bob" },
  { hasError: true },
  { search: "seven" },
];

describe("a store that keeps an index lists the same as one that reads", () => {
  test.each([1, 2, 3])(
    "calls that end in any order, repeated ids, several processes (seed %i)",
    async (seed) => {
      const random = createRandom(`index ${seed}`);
      const start = Date.UTC(2026, 10, 20);
      const append = (store: LiveTraceStore, count: number) => {
        for (let at = 0; at < count; at++) {
          const number = Math.floor(random.next() * 400);
          store.append({
            traceId: `t${number}`,
            startedAt: new Date(start + Math.floor(random.next() * 2 * 86_400_000)).toISOString(),
            user: random.next() < 0.5 ? "ann" : "bob",
            model: random.next() < 0.5 ? "gpt-4o" : "gpt-4o-mini",
            output: `${random.next() < 0.2 ? "seven" : "six"} ${at}`,
            ...(random.next() < 0.1 ? { error: "timeout" } : {}),
          });
        }
      };
      append(indexed, 300);
      await indexed.flush();
      await expectSame(filters);
      append(plain, 200);
      await plain.flush();
      await expectSame(filters);
      await indexed.amend("t7", { user: "ann", startedAt: "2026-11-20T00:00:00.000Z" }).catch(() => {});
      await indexed.remove({ user: "bob", until: "2026-11-20T12:00:00.000Z" });
      append(indexed, 50);
      await indexed.flush();
      await expectSame(filters);
    },
  );

  test("lines of other writers, damaged lines, and lines without an end", async () => {
    const day = join(folder, "2026-11-20.jsonl");
    const line = (id: string, second: number) =>
      JSON.stringify({ output: id, started_at: `2026-11-20T10:00:0${second}.000Z`, trace_id: id });
    writeFileSync(day, `${line("a", 3)}\nnot json\n\n${line("b", 1)}\n${line("c", 2)}`);
    await expectSame(filters);
    appendFileSync(day, `\n${line("d", 0)}\n${line("a", 5)}\n`);
    await expectSame(filters);
    writeFileSync(day, `${line("x", 1)}\n`);
    await expectSame(filters);
  });

  test("a trace is found by its id, also after its file was written anew", async () => {
    for (let at = 0; at < 50; at++)
      indexed.append({
        traceId: `t${at}`,
        startedAt: `2026-11-20T10:00:00.${100 + at}Z`,
        output: String(at),
      });
    await idsOf(indexed, {}, true);
    expect((await indexed.find("t7"))?.output).toBe("7");
    await indexed.remove({ ids: ["t3"] });
    expect((await indexed.find("t7"))?.output).toBe("7");
    expect(await indexed.find("t3")).toBeUndefined();
  });
});

test("a search that is ended tells how far it came", async () => {
  for (let at = 0; at < 2000; at++)
    indexed.append({
      traceId: `t${at}`,
      startedAt: new Date(Date.UTC(2026, 10, 20) + at * 1000).toISOString(),
    });
  const seen: string[] = [];
  const list = indexed.list(
    { user: "nobody" },
    {
      newestFirst: true,
      onSearched: (at) => {
        seen.push(at);
        return seen.length < 3;
      },
    },
  );
  for await (const _ of list) expect.fail("nothing matches");
  expect(seen).toHaveLength(3);
  expect([...seen].sort().reverse()).toEqual(seen);
});
