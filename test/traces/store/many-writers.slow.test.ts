import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openTraceStore } from "../../../src/traces/open-trace-store.ts";
import { temporaryFolder } from "../../registry/temporary-folder.ts";
import { collect } from "../../suites/trace-store.ts";
import { startProcess } from "../../support/script-process.ts";
import { bundleTraceScript } from "./trace-process.ts";

const each = 1500;

const script = `
const [folder, writer, count] = process.argv.slice(2);
const store = openTraceStore({ folder, partBytes: 256 * 1024 });
for (let at = 0; at < Number(count); at++) {
  // Batches from one line to a megabyte, and some larger than one write.
  store.append({ ...trace(writer + "-" + at, at % 97 === 0 ? 20000 : (at * 7) % 900), chainId: "chain-" + writer });
  if (at % 50 === 0) store.addFeedback(writer + "-" + at, { rating: 1, at: new Date().toISOString() });
  if (at % 61 === 0) await new Promise((resolve) => setTimeout(resolve, at % 3));
}
print(JSON.stringify(await store.close()));
`;

const removing = `
const [folder] = process.argv.slice(2);
const store = openTraceStore({ folder });
let removed = 0;
for (let at = 0; at < ${each}; at += 10) {
  const ids = Array.from({ length: 10 }, (_, one) => "h-" + (at + one));
  // Traces that do not exist yet are looked up again.
  for (let found = 0; found < 10; ) found += await store.remove({ ids });
  removed += 10;
  if (removed >= 60) break;
}
print(String(removed));
`;

test("eight concurrent writers and one deletion: no trace is lost or torn", async () => {
  const scripts = temporaryFolder();
  const folder = join(temporaryFolder(), "traces");
  const file = await bundleTraceScript(scripts, script);
  const remover = await bundleTraceScript(temporaryFolder(), removing);
  const writers = [..."abcdefgh"];
  const ends = await Promise.all([
    ...writers.map((writer) => startProcess("node", [file, folder, writer, String(each)]).ended),
    startProcess("node", [remover, folder]).ended,
  ]);
  expect(ends.map(({ stderr }) => stderr).join("")).toBe("");
  expect(ends.map(({ stdout }) => stdout.trim())).toEqual([...writers.map(() => '{"count":0}'), "60"]);

  const unreadable: string[] = [];
  const store = openTraceStore({ folder, onUnreadable: (path) => unreadable.push(path) });
  const traces = await collect(store.list());
  expect(unreadable).toEqual([]);
  expect(traces).toHaveLength(each * 8 - 60);
  const expected = writers.flatMap((writer) =>
    Array.from({ length: each }, (_, at) => `${writer}-${at}`).slice(writer === "h" ? 60 : 0),
  );
  expect(traces.map(({ traceId }) => traceId).sort()).toEqual(expected.sort());
  for (const writer of writers) {
    const chain = (await collect(store.list({ chainId: `chain-${writer}` }))).map(({ traceId }) => traceId);
    const first = writer === "h" ? 60 : 0;
    expect(chain).toEqual(Array.from({ length: each - first }, (_, at) => `${writer}-${at + first}`));
  }
  const rated = await collect(store.list({ rating: { operator: "=", value: 1 } }));
  expect(rated).toHaveLength(8 * 30 - 2);
  // Only complete lines in every file, and no leftover files.
  const names = readdirSync(folder);
  expect(names.filter((name) => !/^(\d{4}-\d\d-\d\d(\.\d+)?|feedback)\.jsonl$/.test(name))).toEqual([]);
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) {
    const text = readFileSync(join(folder, name), "utf8");
    expect(text.endsWith("\n")).toBe(true);
    for (const line of text.trimEnd().split("\n")) JSON.parse(line);
  }
}, 120_000);

test("a concurrent reader sees only complete traces, and all that existed when it started", async () => {
  const folder = join(temporaryFolder(), "traces");
  const file = await bundleTraceScript(temporaryFolder(), script);
  const unreadable: string[] = [];
  const store = openTraceStore({ folder, onUnreadable: (path) => unreadable.push(path) });
  let isEnded = false;
  const writing = Promise.all(
    [..."ab"].map((writer) => startProcess("node", [file, folder, writer, "1000"]).ended),
  ).finally(() => {
    isEnded = true;
  });
  let before = 0;
  let looks = 0;
  while (!isEnded) {
    const { length } = await collect(store.list());
    expect(length).toBeGreaterThanOrEqual(before);
    before = length;
    looks++;
  }
  await writing;
  expect(looks).toBeGreaterThan(1);
  expect(await collect(store.list())).toHaveLength(2000);
  expect(unreadable).toEqual([]);
}, 60_000);
