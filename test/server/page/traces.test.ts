import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Trace } from "../../../src/core/trace.ts";
import { openDatasetStore } from "../../../src/datasets/open-dataset-store.ts";
import { openTraceStore } from "../../../src/traces/open-trace-store.ts";
import { visitPages } from "../../support/page-visitor.ts";
import { type ServerWorld, startServer, type WorldOptions } from "../../support/server-world.ts";

const script = "<script>alert(1)</script>";
let folder: string;
const worlds: ServerWorld[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dao-opt-traces-page-"));
});
afterEach(async () => {
  await Promise.all(worlds.splice(0).map(({ server }) => server.close(0)));
  rmSync(folder, { recursive: true, force: true });
});

async function open(options: WorldOptions = {}) {
  const traces = openTraceStore({ folder: join(folder, "traces"), keepsIndex: true });
  const datasets = openDatasetStore({ folder: join(folder, "datasets") });
  const world = await startServer({ ...options, services: { traces, datasets, ...options.services } });
  worlds.push(world);
  const add = (id: string, over: Partial<Trace> = {}) =>
    traces.append({
      traceId: id,
      prompt: { path: "main/default/triage", version: 3 },
      inputs: { text: `text of ${id}` },
      messages: [{ role: "user", content: `Classify ${id}` }],
      output: "positive",
      model: "gpt-4o",
      startedAt: `2026-11-20T10:00:${String(Number(/\d+$/.exec(id)?.[0] ?? 0) % 60).padStart(2, "0")}.000Z`,
      latencyMs: 340,
      ...over,
    });
  return { ...world, store: traces, datasets, add, visitor: visitPages(world) };
}

describe("the list of traces", () => {
  test("takes every filter of the command, under its name", async () => {
    const { add, send } = await open();
    add("t1", { model: "gpt-4o-mini", user: "ann", environment: "production", chatId: "c1" });
    add("t2", { error: `timeout ${script}`, chainId: "k1", metadata: { tenant: "acme" } });
    add("t3", { output: "purple", feedback: [{ rating: 0.2, at: "2026-11-20T11:00:00.000Z" }] });
    const found = async (query: string) =>
      [...(await send("GET", `/ui/traces?${query}`)).text.matchAll(/name="id" value="([^"]+)"/g)].map(
        ([, id]) => id,
      );
    expect(await found("")).toEqual(["t3", "t2", "t1"]);
    expect(await found("model=gpt-4o-mini")).toEqual(["t1"]);
    expect(await found("user=ann")).toEqual(["t1"]);
    expect(await found("environment=production")).toEqual(["t1"]);
    expect(await found("chat=c1")).toEqual(["t1"]);
    expect(await found("chain=k1")).toEqual(["t2"]);
    expect(await found("error=yes")).toEqual(["t2"]);
    expect(await found("error=no")).toEqual(["t3", "t1"]);
    expect(await found("rating=%3C0.5")).toEqual(["t3"]);
    expect(await found("where=tenant%3Dacme")).toEqual(["t2"]);
    expect(await found("where=tenant%3Dacme&where=model%3Dx")).toEqual([]);
    expect(await found("search=purple")).toEqual(["t3"]);
    expect(await found("prompt=main/default/")).toEqual(["t3", "t2", "t1"]);
    expect(await found("since=2026-11-20T10:00:03Z")).toEqual(["t3"]);
    expect(await found("until=2026-11-20T10:00:02Z")).toEqual(["t1"]);
    const { text } = await send("GET", "/ui/traces?where=tenant%3Dacme&error=yes");
    const list = text.slice(text.indexOf('<div id="list">'));
    // A script that filters exchanges this part only.
    expect(list).toContain("dao-opt traces list --error --where tenant=acme");
    expect(list).toContain('<span class="vh">Input: </span>text of t2');
    expect(text).not.toContain(script);
  });

  test("names every mistake in a filter, and keeps what was typed", async () => {
    const { send } = await open();
    const { status, text } = await send("GET", "/ui/traces?since=yesterday&rating=good&where=x");
    expect(status).toBe(400);
    expect(text).toContain("Since must be a date");
    expect(text).toContain("rating must be a number");
    expect(text).toContain("where must be key=value");
    expect(text).toContain('value="good"');
  });

  test("has pages, and an empty store says what to do", async () => {
    const { add, send } = await open();
    expect((await send("GET", "/ui/traces")).text).toContain("No traces yet");
    for (let at = 0; at < 60; at++) add(`t${at}`);
    expect((await send("GET", "/ui/traces")).text).toContain('rel="next">Older');
    const second = await send("GET", "/ui/traces?page=2");
    expect(second.text.match(/name="id"/g)).toHaveLength(10);
    expect((await send("GET", "/ui/traces?user=nobody")).text).toContain("No trace matches these filters");
  });
});

describe("a trace", () => {
  test("shows its conversation with tool calls, and its chain with times", async () => {
    const { add, send } = await open();
    const chain = { chainId: "job 7" };
    add("root", { ...chain, name: "ticket", startedAt: "2026-11-20T10:00:00.000Z", latencyMs: 2000 });
    add("child", {
      ...chain,
      parentId: "root",
      startedAt: "2026-11-20T10:00:00.500Z",
      latencyMs: 500,
      messages: [
        {
          role: "assistant",
          content: null,
          toolCalls: [{ id: "1", name: "lookup", arguments: `{"q":"${script}"}` }],
        },
        { role: "tool", content: `found ${script}`, toolCallId: "1" },
      ],
    });
    const { text } = await send("GET", "/ui/traces/child");
    expect(text).toContain("Chain of 2 calls");
    expect(text).toContain('<rect class="hbar" x="25%" width="25%"');
    expect(text).toContain("lookup({");
    expect(text).not.toContain(script);
    expect((await send("GET", "/ui/traces?trace=child")).text).toContain('class="split chosen"');
    expect((await send("GET", "/ui/traces?trace=none")).status).toBe(404);
  });

  test("parents in a circle, and ids with slashes, are shown", async () => {
    const { add, send } = await open();
    add("a", { chainId: "k", parentId: "b" });
    add("b", { chainId: "k", parentId: "a" });
    add("x/../y", { name: "__proto__", prompt: { path: "constructor" } });
    expect((await send("GET", "/ui/traces/a")).text).toContain("Chain of 2 calls");
    expect((await send("GET", `/ui/traces?trace=${encodeURIComponent("x/../y")}`)).text).toContain(
      "constructor",
    );
  });

  test("takes feedback as the command does, also in the rows that were made of it", async () => {
    const { add, visitor, store, datasets } = await open();
    add("t1");
    await store.flush();
    await datasets.merge("rows", [
      { inputs: { text: "text of t1" }, outputs: "positive", source: { type: "trace", traceId: "t1" } },
    ]);
    const rate = (fields: Record<string, string>) =>
      visitor.post("/ui/traces/t1", "feedback", { trace: "t1", ...fields });
    expect(await rate({})).toMatchObject({ status: 400, text: expect.stringContaining("No feedback given") });
    const refused = await rate({ exact: "7", better: "my better answer" });
    expect(refused).toMatchObject({
      status: 400,
      text: expect.stringContaining("from 0 (wrong) to 1 (right)"),
    });
    expect(refused.text).toContain("my better answer");
    expect(await rate({ rating: "0", better: "negative", comment: "no" })).toMatchObject({ status: 303 });
    expect(await visitor.flash("/ui/traces/t1")).toBe("Saved. Feedback kept, and in the row of rows");
    expect((await store.find("t1"))?.feedback).toMatchObject([
      { rating: 0, betterResponse: "negative", comment: "no" },
    ]);
    expect(readFileSync(datasets.fileOf("rows"), "utf8")).toContain('"expected_response":"negative"');
    expect(await visitor.post("/ui/traces/t1", "withdraw", { trace: "t1" })).toMatchObject({ status: 303 });
    expect((await store.find("t1"))?.feedback ?? []).toEqual([]);
    expect(readFileSync(datasets.fileOf("rows"), "utf8")).not.toContain("negative");
  });

  test("saving leads to the next one of the list", async () => {
    const { add, visitor } = await open();
    add("t1");
    add("t2");
    const fields = { trace: "t2", next: "t1", go: "next", rating: "1" };
    expect(await visitor.post("/ui/traces?model=gpt-4o&trace=t2", "feedback", fields)).toMatchObject({
      status: 303,
      headers: { location: "/ui/traces?model=gpt-4o&trace=t1#trace" },
    });
  });
});

describe("selected traces", () => {
  test("become rows: redacted, equal inputs merged, conflicts and skipped ones reported", async () => {
    const { add, visitor, datasets } = await open();
    const inputs = { text: "same" };
    add("t1", { inputs, output: "old" });
    add("t2", { inputs, output: "new" });
    add("t3", { inputs: { text: "write to ann@example.com" } });
    add("t4", { inputs: {} });
    add("t5", { error: "timeout", output: null });
    const path = "/ui/traces/selection?id=t1&id=t2&id=t3&id=t4&id=t5";
    const { text } = await visitor.get(path);
    expect(text).toContain("5 selected traces");
    expect(text).toContain("2 rows; equal inputs are one row");
    expect(text).toContain("variables are unknown");
    expect(text).toContain('data-l="recorded"');
    expect(text.match(/class="tag">corrected/g)).toBeNull();
    expect(text).toContain("1 rows whose traces have different answers");
    expect(await visitor.post(path, "rows", { dataset: "" })).toMatchObject({ status: 400 });
    expect(await visitor.post(path, "rows", { dataset: "../x", redact: "on" })).toMatchObject({
      status: 400,
    });
    expect(await visitor.post(path, "rows", { dataset: "mine", redact: "on" })).toMatchObject({
      status: 303,
      headers: { location: "/ui/datasets/mine" },
    });
    const rows = readFileSync(datasets.fileOf("mine"), "utf8");
    expect(rows).toContain('"outputs":"new"');
    expect(rows).not.toContain("ann@example.com");
  });

  test("rows that expect another answer stay, unless they are to be replaced", async () => {
    const { add, visitor, datasets } = await open();
    const inputs = { text: "same" };
    add("t1", { inputs, output: "new" });
    await datasets.merge("mine", [{ inputs, expectations: { expected_response: "of a person" } }]);
    const path = "/ui/traces/selection?id=t1";
    expect(await visitor.post(path, "rows", { dataset: "mine" })).toMatchObject({
      status: 400,
      text: expect.stringContaining("with another expected answer"),
    });
    expect(await visitor.post(path, "rows", { dataset: "mine", replace: "on" })).toMatchObject({
      status: 303,
    });
    expect(readFileSync(datasets.fileOf("mine"), "utf8")).toContain('"outputs":"new"');
  });

  test("all that match are taken by the filters", async () => {
    const { add, visitor } = await open();
    for (let at = 0; at < 55; at++) add(`t${at}`, { user: at < 3 ? "ann" : "bob" });
    expect((await visitor.get("/ui/traces?user=ann")).text).toContain(
      "/ui/traces/selection?user=ann&amp;all=1",
    );
    expect((await visitor.get("/ui/traces/selection?user=ann&all=1")).text).toContain("3 selected traces");
    expect((await visitor.get("/ui/traces/selection?all=1")).text).toContain("55 selected traces");
  });

  test("nothing selected leads back to the list, with its filters and a message", async () => {
    const { add, visitor } = await open();
    add("t1", { user: "ann" });
    expect((await visitor.get("/ui/traces?user=ann")).text).toContain(
      '<input type="hidden" name="user" value="ann">',
    );
    for (const page of ["selection", "export"]) {
      const back = await visitor.get(`/ui/traces/${page}?user=ann`);
      expect(back).toMatchObject({ status: 303, headers: { location: "/ui/traces?user=ann" } });
      const { text } = await visitor.get("/ui/traces?user=ann");
      expect(text).toContain("No traces are selected: tick some in the list first.");
      expect(text).not.toContain("<strong>✓</strong>");
      expect((await visitor.get("/ui/traces")).text).not.toContain("No traces are selected");
    }
  });

  test("are exported in the formats of the command; a spreadsheet runs nothing", async () => {
    const { add, send } = await open();
    add("t1", { output: "=1+1" });
    add("t2");
    const exported = async (query: string) => send("GET", `/ui/traces/export?${query}`);
    const lines = (await exported("id=t1&id=t2")).text.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).trace_id)).toEqual(["t1", "t2"]);
    const csv = await exported("all=1&format=csv");
    expect(csv.text).toContain("'=1+1");
    expect(csv.headers).toMatchObject({ "content-disposition": 'attachment; filename="traces.csv"' });
    expect(JSON.parse((await exported("id=t2&format=openai")).text)).toMatchObject({
      messages: [{}, { role: "assistant" }],
    });
    expect((await exported("all=1&format=dataset")).text.trimEnd().split("\n")).toHaveLength(2);
    expect((await exported("all=1&format=toString")).status).toBe(400);
    expect((await exported("id=none")).status).toBe(404);
  });
});

test("no change of traces is made without a token, from elsewhere, or with a key that only reads", async () => {
  const apiKeys = [
    { value: "reader", isReadOnly: true },
    { value: "writer", isReadOnly: false },
  ];
  const { add, store, datasets, ...world } = await open({ apiKeys });
  add("t1", { feedback: [{ rating: 1, at: "2026-11-20T11:00:00.000Z" }] });
  await store.flush();
  const [writer, reader] = [visitPages(world, "writer"), visitPages(world, "reader")];
  const forms = [
    ["/ui/traces/t1", "feedback", { trace: "t1", rating: "0" }],
    ["/ui/traces?trace=t1", "feedback", { trace: "t1", rating: "0" }],
    ["/ui/traces/t1", "withdraw", { trace: "t1" }],
    ["/ui/traces/selection?id=t1", "rows", { dataset: "mine" }],
  ] as const;
  for (const [path, action, fields] of forms) {
    expect((await writer.post(path, action, fields, { token: "made up" })).status, path).toBe(403);
    const headers = { origin: "https://evil.example" };
    expect((await writer.post(path, action, fields, { headers })).status, path).toBe(403);
    expect((await reader.get(path)).text, path).not.toContain('method="post"');
    expect((await reader.post(path, action, fields)).status, path).toBe(403);
  }
  expect((await store.find("t1"))?.feedback).toMatchObject([{ rating: 1 }]);
  expect(await datasets.list()).toEqual([]);
});
