import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { OptimizationRecord } from "../../../src/contracts/run-record.ts";
import { openDatasetStore } from "../../../src/datasets/open-dataset-store.ts";
import { idOfKey, inputsKey } from "../../../src/datasets/store/key-table.ts";
import { createMemoryRegistry } from "../../../src/registry/create-memory-registry.ts";
import { openRunStore } from "../../../src/run/store/run-store.ts";
import { visitPages } from "../../support/page-visitor.ts";
import { optimizationRecord, runRecord } from "../../support/run-records.ts";
import { type ServerWorld, startServer, type WorldOptions } from "../../support/server-world.ts";

const script = "<script>alert(1)</script>";
const worlds: ServerWorld[] = [];
let state: string;
let isAlive = true;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "dao-opt-runs-page-"));
  isAlive = true;
});
afterEach(async () => {
  await Promise.all(worlds.splice(0).map(({ server }) => server.close(0)));
  rmSync(state, { recursive: true, force: true });
});

async function open(options: WorldOptions = {}): Promise<ServerWorld> {
  const runs = openRunStore(state, { isProcessAlive: () => isAlive });
  const world = await startServer({ ...options, services: { runs, ...options.services } });
  worlds.push(world);
  return world;
}

/** A run folder with a plan, whose process is alive as long as `isAlive` says. */
function startRun(
  run: string,
  config = "config.yaml",
): { event(value: object, optimization?: string): void; folder: string } {
  const folder = join(state, "runs", run);
  mkdirSync(folder, { recursive: true });
  const plan = {
    run,
    started_at: "2026-11-20T10:00:00.000Z",
    config_path: `../${config}`,
    config,
    optimizations: [],
  };
  writeFileSync(join(folder, "plan.json"), JSON.stringify(plan));
  writeFileSync(join(folder, "lock.1"), "4711");
  return {
    folder,
    event(value, optimization = "x") {
      const line = { at: new Date().toISOString(), run, optimization, event: value };
      appendFileSync(join(folder, "events.jsonl"), `${JSON.stringify(line)}\n`);
    },
  };
}

async function finishRun(
  run: string,
  optimizations: readonly OptimizationRecord[],
  config = "config.yaml",
): Promise<void> {
  const { folder } = startRun(run, config);
  rmSync(join(folder, "lock.1"));
  const store = openRunStore(state);
  await store.writeRecord(await store.find(run), { ...runRecord(optimizations), run, config });
}

/** Reads a stream of events until `isDone`, or until it ends. */
function readEvents(
  { port }: ServerWorld["address"],
  path: string,
  headers: Record<string, string> = {},
): {
  readonly text: () => string;
  readonly status: Promise<number>;
  readonly ended: Promise<void>;
  close(): void;
} {
  let text = "";
  let setStatus: (status: number) => void = () => {};
  let setEnded: () => void = () => {};
  const status = new Promise<number>((resolve) => {
    setStatus = resolve;
  });
  const ended = new Promise<void>((resolve) => {
    setEnded = resolve;
  });
  const sent = request({ host: "127.0.0.1", port, path, headers, agent: false }, (response) => {
    setStatus(response.statusCode ?? 0);
    response.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    response.on("close", setEnded);
  });
  sent.on("error", setEnded).end();
  return { text: () => text, status, ended, close: () => sent.destroy() };
}

async function until(isDone: () => boolean): Promise<void> {
  for (let look = 0; look < 200 && !isDone(); look++) await wait(25);
  expect(isDone()).toBe(true);
}

describe("the list of runs", () => {
  test("has pages, and filters by status and config", async () => {
    for (let at = 100; at < 160; at++) startRun(`r_${at}`, at % 2 === 0 ? "even.yaml" : "odd.yaml");
    await finishRun("r_999", [optimizationRecord()], `${script}.yaml`);
    isAlive = false;
    const { send } = await open();
    const first = await send("GET", "/ui/runs");
    expect(first.text).toContain("1–50 of 61");
    expect(first.text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;.yaml");
    expect(first.text).not.toContain(script);
    expect((await send("GET", "/ui/runs?page=2")).text).toContain("51–61 of 61");
    expect((await send("GET", "/ui/runs?status=completed")).text).toContain("1–1 of 1");
    expect((await send("GET", "/ui/runs?status=interrupted&config=EVEN")).text).toContain("1–30 of 30");
    expect((await send("GET", "/ui/runs?status=failed")).text).toContain("No run matches these filters");
    expect((await send("GET", "/ui/runs?status=__proto__&page=-7")).status).toBe(200);
  });
});

describe("a finished run", () => {
  test("shows its report inside the frame, links to the version, and exports the report alone", async () => {
    await finishRun("r_1", [
      optimizationRecord({ over: { prompts: winnerPrompts(2, `Better ${script}: {{text}}`) } }),
    ]);
    const { send } = await open();
    const { text, headers } = await send("GET", "/ui/runs/r_1");
    expect(text).toContain('<nav aria-label="Main">');
    expect(text).toContain("What changed");
    expect(text).toContain('href="/ui/prompts/main/p?version=');
    expect(text).not.toContain(script);
    expect(headers["content-security-policy"]).toContain("script-src 'self'; style-src 'self'");
    const report = await send("GET", "/ui/runs/r_1/report.html");
    expect(report.headers["content-disposition"]).toContain("attachment");
    expect(report.text).toContain("Content-Security-Policy");
    expect((await send("GET", "/ui/runs/r_2")).status).toBe(404);
  });

  test("deploys its version as the command does: gate, note, unknown environment", async () => {
    const registry = createMemoryRegistry();
    const draft = { path: "main/p", model: { model: "m" }, templateLanguage: "default" as const };
    await registry.upsert({ ...draft, template: "Base: {{text}}" });
    await registry.upsert({ ...draft, template: "Better: {{text}}", origin: { gate: "regressed" } as never });
    await finishRun("r_1", [
      optimizationRecord({ status: "regressed", over: { prompts: winnerPrompts(2) } }),
    ]);
    const world = await open({ services: { registry } });
    const visitor = visitPages(world);
    const path = "/ui/runs/r_1?deploy=1";
    const deploy = (fields: Record<string, string>) =>
      visitor.post(path, "deploy", { version: "main/p/2", environment: "production", note: "", ...fields });
    const { text: panel } = await visitor.get(path);
    expect(panel).toContain("The gate did not pass");
    expect(panel).toMatch(/Now production uses <a href="[^"]+version=1">version 1<\/a> of main\/p\./);
    expect(await deploy({})).toMatchObject({
      status: 409,
      text: expect.stringContaining("did not pass its gate"),
    });
    expect((await deploy({ force: "on" })).text).toContain("needs a note");
    expect((await deploy({ environment: "productoin", note: "why" })).text).toContain(
      "did you mean production?",
    );
    expect((await deploy({ version: "main/other/1" })).status).toBe(404);
    expect(await deploy({ force: "on", note: "a friend asked" })).toMatchObject({
      status: 303,
      headers: { location: "/ui/runs/r_1?deployed=main%2Fp" },
    });
    const after = await visitor.get("/ui/runs/r_1?deployed=main%2Fp");
    expect(after.text).toContain("Production now uses version 2 of main/p (was 1).");
    expect(after.text).toContain('href="/ui/prompts/main/p?version=2">Open main/p</a>');
    expect((await registry.deployments("main/p")).at(-1)).toMatchObject({
      ...{ to: 2, note: "a friend asked", by: "page of serve" },
    });
  });

  test("warns of offline models above the button that deploys", async () => {
    await finishRun("r_1", [optimizationRecord({ over: { isOffline: true, prompts: winnerPrompts(2) } })]);
    const { text } = await (await open()).send("GET", "/ui/runs/r_1?deploy=1");
    const panel = text.slice(text.indexOf('id="deploy"'));
    expect(panel.indexOf("Offline models answered.")).toBeGreaterThan(0);
    expect(panel.indexOf("Offline models answered.")).toBeLessThan(panel.indexOf(">Deploy</button>"));
  });

  test("is compared only if there is another run", async () => {
    await finishRun("r_1", [optimizationRecord()]);
    const { send } = await open();
    expect((await send("GET", "/ui/runs/r_1")).text).toContain("Nothing to compare: this is the only run.");
    await finishRun("r_2", [optimizationRecord()]);
    expect((await send("GET", "/ui/runs/r_1")).text).toContain('href="/ui/runs?compare=r_1">Compare…</a>');
  });

  test("leads from its rows to the dataset, else to the playground; its export leads nowhere", async () => {
    const datasets = openDatasetStore({ folder: join(state, "datasets") });
    const plan = optimizationRecord().plan;
    const known = { text: "known" };
    await datasets.merge(plan.data.name, [{ inputs: known }]);
    const answer = { output: "a", score: 1, feedback: null, error: null };
    const rowOf = (inputs: { text: string }) => ({
      ...{ example: idOfKey(inputsKey(inputs)), inputs, expected: "a", base: answer, optimized: answer },
    });
    const rows = [rowOf(known), rowOf({ text: "gone & away" })];
    await finishRun("r_1", [optimizationRecord({ over: { rows, prompts: winnerPrompts(2) } })]);
    const { send } = await open({ services: { datasets } });
    const { text } = await send("GET", "/ui/runs/r_1");
    const id = idOfKey(inputsKey(known));
    expect(text).toContain(`href="/ui/datasets/${encodeURIComponent(plan.data.name)}/rows/${id}"`);
    expect(text).toContain(
      'href="/ui/playground?prompt=main%2Fp&amp;c1=2&amp;i.text=gone+%26+away&amp;expected=a"',
    );
    expect(text).toContain("No row got worse.");
    expect(text).not.toContain("No row is still right.");
    const report = await send("GET", "/ui/runs/r_1/report.html");
    expect(report.text).not.toContain("/ui/");
  });

  test("is deployed by nobody without a token, from elsewhere, or with a key that only reads", async () => {
    await finishRun("r_1", [optimizationRecord({ over: { prompts: winnerPrompts(2) } })]);
    const apiKeys = [
      { value: "reader", isReadOnly: true },
      { value: "writer", isReadOnly: false },
    ];
    const world = await open({ apiKeys });
    const fields = { version: "main/p/2", environment: "production" };
    const writer = visitPages(world, "writer");
    expect((await writer.post("/ui/runs/r_1?deploy=1", "deploy", fields, { token: "none" })).status).toBe(
      403,
    );
    const headers = { origin: "https://evil.example" };
    expect((await writer.post("/ui/runs/r_1?deploy=1", "deploy", fields, { headers })).status).toBe(403);
    const reader = visitPages(world, "reader");
    expect((await reader.get("/ui/runs/r_1?deploy=1")).text).not.toContain("<form");
    expect((await reader.post("/ui/runs/r_1?deploy=1", "deploy", fields)).status).toBe(403);
  });
});

function winnerPrompts(version: number, template = "Better: {{text}}"): OptimizationRecord["prompts"] {
  const [prompt] = optimizationRecord().prompts;
  if (prompt === undefined) throw new Error("the sample has a prompt");
  const optimized = { version, uri: `prompts:/main/p/${version}`, template };
  return [{ ...prompt, path: "main/p", optimized }];
}

describe("two runs compared", () => {
  const rows = (scores: readonly (0 | 1)[]): OptimizationRecord["rows"] =>
    scores.map((value, at) => {
      const answer = (score: number) => ({
        output: `answer ${at} ${script}`,
        score,
        feedback: null,
        error: null,
      });
      return {
        example: `e${at}`,
        inputs: { text: `row ${at}` },
        expected: "yes",
        base: answer(0),
        optimized: answer(value),
      };
    });

  test("show settings that differ, rows that got better or worse, and both texts", async () => {
    const plan = optimizationRecord().plan;
    await finishRun("r_1", [
      optimizationRecord({ over: { rows: rows([1, 1, 0, 0]), plan: { ...plan, seed: 1 } } }),
    ]);
    await finishRun("r_2", [
      optimizationRecord({
        best: "Other. {{text}}",
        over: { rows: rows([0, 1, 1, 1]), plan: { ...plan, seed: 2 } },
      }),
    ]);
    const { send } = await open();
    const { text } = await send("GET", "/ui/runs/compare?a=r_1&b=r_2");
    expect(text).toContain("on 4 shared held-out rows");
    expect(text).toMatch(/seed<\/th><td[^>]*>1<\/td><td[^>]*>2</);
    expect(text).toContain('<li class="add">');
    expect(text).toMatch(/Worse in B <span class="n">1<\/span>/);
    expect(text).toMatch(/Better in B <span class="n">2<\/span>/);
    expect(text).not.toContain(script);
    const worse = await send("GET", "/ui/runs/compare?a=r_1&b=r_2&show=worse");
    expect(worse.text).toContain("row 0");
    expect(worse.text).not.toContain("row 1");
    expect(await send("GET", "/ui/runs/compare?a=r_1")).toMatchObject({ status: 400 });
    expect(await send("GET", "/ui/runs/compare?a=r_1&b=r_3")).toMatchObject({ status: 404 });
  });
});

describe("a running run", () => {
  test("is stopped from the page, after a question, and by nobody else", async () => {
    const { event } = startRun("r_1");
    event({ type: "run-started", optimizations: ["x"] });
    const interrupted: number[] = [];
    const apiKeys = [
      { value: "reader", isReadOnly: true },
      { value: "writer", isReadOnly: false },
    ];
    const runs = openRunStore(state, { isProcessAlive: () => isAlive });
    const world = await open({
      apiKeys,
      services: { runs, interruptProcess: (pid) => interrupted.push(pid) },
    });
    const [reader, writer] = [visitPages(world, "reader"), visitPages(world, "writer")];
    expect((await reader.get("/ui/runs/r_1?stop=1")).text).not.toContain("Stop run");
    expect((await writer.get("/ui/runs/r_1")).text).toContain("Stop run…");
    const path = "/ui/runs/r_1?stop=1";
    expect((await reader.post(path, "stop", {})).status).toBe(403);
    expect((await writer.post(path, "stop", {}, { token: "none" })).status).toBe(403);
    expect(interrupted).toEqual([]);
    expect((await writer.post(path, "stop", {})).status).toBe(303);
    expect(interrupted).toEqual([4711]);
    isAlive = false;
    expect(await writer.post("/ui/runs/r_1", "stop", {})).toMatchObject({ status: 403 });
  });

  test("shows progress, rejections with their reasons, and waits in words", async () => {
    const { event } = startRun("r_1");
    event({
      type: "run-started",
      optimizations: ["x", "later"],
      planned: [{ optimization: "x", calls: 200, usd: 0.5, seconds: 60 }],
      concurrency: 8,
    });
    event({ type: "optimization-started", optimizer: "gepa" });
    event({ type: "phase-started", phase: "base", rows: 90 });
    const spend = {
      calls: 90,
      cached_calls: 0,
      lost_calls: 0,
      retries: 0,
      input_tokens: 1,
      output_tokens: 1,
      usd: 0.12,
      is_estimated: false,
    };
    event({ type: "call-finished", role: "target", origin: "provider", spend });
    event({ type: "base-measured", validation: 0.3, rows: 90 });
    event({ type: "phase-started", phase: "search" });
    event({ type: "step-started", step: 2, of: 6 });
    const texts = { p: `Be brief ${script}` };
    event({
      type: "candidate-proposed",
      step: 1,
      candidate: "aaaaaaaaaaaa",
      parents: ["base"],
      texts,
      by: "reflection",
    });
    event({ type: "candidate-accepted", step: 1, candidate: "aaaaaaaaaaaa", validation: 0.82 });
    event({
      type: "candidate-proposed",
      step: 2,
      candidate: "bbbbbbbbbbbb",
      parents: ["aaaaaaaaaaaa"],
      texts,
      by: "reflection",
    });
    event({
      type: "candidate-rejected",
      step: 2,
      candidate: "bbbbbbbbbbbb",
      parents: ["aaaaaaaaaaaa"],
      reason: `fixes none ${script}`,
    });
    event({
      type: "candidate-rejected",
      step: 2,
      parents: ["aaaaaaaaaaaa"],
      reason: "the same text as its parent",
    });
    event({
      type: "retrying",
      model: "openai/x",
      seconds: 12,
      reason: "rate limit",
      status: 429,
      attempt: 2,
      of: 5,
    });
    const { send } = await open();
    const { text } = await send("GET", "/ui/runs/r_1");
    expect(text).toContain('<span class="st live">Running</span>');
    expect(text).toContain("8 calls at once");
    expect(text).toContain("Search, step 2 of 6");
    expect(text).toContain("likely $0.50");
    expect(text).toContain("$0.12");
    expect(text).toMatch(/0\.300 → 0\.820/);
    expect(text).toContain("fixes none &lt;script&gt;");
    expect(text).toContain("1 rewrite was dropped before a call was spent: 1 same text as the parent");
    expect(text).toMatch(/Waiting 1\d s\.<\/strong> openai\/x: rate limit \(429\), retry 2 of 5 in 12 s/);
    expect(text).not.toContain(script);
    expect(text).toContain("Queued");
  });

  test("is streamed: parts that changed, its death, its resumption, its end", async () => {
    const { event, folder } = startRun("r_1");
    event({ type: "run-started", optimizations: ["x"] });
    event({ type: "optimization-started", optimizer: "gepa" });
    const { address } = await open();
    const stream = readEvents(address, "/ui/runs/r_1/events");
    await until(() => stream.text().includes("live-figures"));
    isAlive = false;
    await until(() => stream.text().includes("The run has stopped."));
    expect(stream.text()).toContain("--resume r_1");
    const before = stream.text().length;
    isAlive = true;
    event({ type: "run-started", optimizations: ["x"] });
    await until(() => stream.text().slice(before).includes("Running"));
    event({ type: "base-measured", validation: 0.25, rows: 4 });
    await until(() => stream.text().slice(before).includes("cand-base"));
    writeFileSync(join(folder, "record.json"), JSON.stringify(runRecord([])));
    const later = new Date(Date.now() + 5000);
    utimesSync(join(folder, "record.json"), later, later);
    await stream.ended;
    expect(stream.text()).toMatch(/event: end\nid: .*\ndata: \{"reload":true\}/);
  });

  test("a reader that comes back gets only what it lacks", async () => {
    const { event } = startRun("r_1");
    event({ type: "run-started", optimizations: ["x"] });
    const { address } = await open();
    const first = readEvents(address, "/ui/runs/r_1/events");
    await until(() => first.text().includes("\nid: "));
    const id = [...first.text().matchAll(/\nid: (.*)\n/g)].at(-1)?.[1] ?? "";
    first.close();
    const again = readEvents(address, "/ui/runs/r_1/events", { "last-event-id": id });
    await until(() => again.text().includes("retry: 2000"));
    event({ type: "base-measured", validation: 0.25, rows: 4 });
    await until(() => again.text().includes("cand-base"));
    expect(again.text()).not.toContain("live-log");
    again.close();
    const other = readEvents(address, "/ui/runs/r_1/events", { "last-event-id": "r_1.2020.9" });
    await until(() => other.text().includes("live-log"));
    other.close();
  });

  test("a thousand events a second reach a reader a few times a second", async () => {
    const { event } = startRun("r_1");
    event({ type: "run-started", optimizations: ["x"] });
    const { address } = await open();
    const stream = readEvents(address, "/ui/runs/r_1/events");
    await until(() => stream.text().includes("live-figures"));
    const spend = {
      calls: 0,
      cached_calls: 0,
      lost_calls: 0,
      retries: 0,
      input_tokens: 1,
      output_tokens: 1,
      usd: 0,
      is_estimated: false,
    };
    const started = performance.now();
    for (let at = 0; at < 2000; at++) {
      event({
        type: "call-finished",
        role: "target",
        origin: "provider",
        spend: { ...spend, calls: at + 1 },
      });
      if (at % 100 === 99) await wait(100);
    }
    await until(() => stream.text().includes("2,000"));
    const seconds = (performance.now() - started) / 1000;
    const updates = stream.text().match(/event: parts/g)?.length ?? 0;
    expect(updates).toBeLessThan(4 * seconds + 4);
    stream.close();
  });

  test("streams are bounded, and end when the server closes", async () => {
    startRun("r_1").event({ type: "run-started", optimizations: ["x"] });
    const { address, server, send } = await open();
    for (let at = 0; at < 100; at++) expect((await send("HEAD", "/ui/runs/r_1/events")).status).toBe(200);
    const streams = Array.from({ length: 100 }, () => readEvents(address, "/ui/runs/r_1/events"));
    expect(new Set(await Promise.all(streams.map(({ status }) => status)))).toEqual(new Set([200]));
    expect(await readEvents(address, "/ui/runs/r_1/events").status).toBe(503);
    expect(await readEvents(address, "/ui/runs/r_2/events").status).toBe(503);
    streams[0]?.close();
    await wait(200);
    const another = readEvents(address, "/ui/runs/r_1/events");
    expect(await another.status).toBe(200);
    const started = performance.now();
    await server.close(20_000);
    await Promise.all([...streams, another].map(({ ended }) => ended));
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

test("a summary is written with a record, and read in its place", async () => {
  await finishRun("r_1", [optimizationRecord()]);
  const folder = join(state, "runs", "r_1");
  const file = join(state, "run-summaries", "r_1.json");
  const summary = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify({ ...summary, calls: 4242 }));
  expect((await openRunStore(state).listPart({ offset: 0, limit: 5 })).runs[0]?.result?.calls).toBe(4242);
  // A record that was written again by an older version is newer than its summary.
  const later = new Date(Date.now() + 5000);
  utimesSync(join(folder, "record.json"), later, later);
  expect((await openRunStore(state).listPart({ offset: 0, limit: 5 })).runs[0]?.result?.calls).toBe(10);
  writeFileSync(file, '{"status":');
  expect((await openRunStore(state).list())[0]?.result?.calls).toBe(10);
});
