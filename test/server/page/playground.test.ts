import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { builtinCatalog } from "../../../src/builtins.ts";
import { configScorers } from "../../../src/calls/scoring/config-scorers.ts";
import type { DatasetConfig } from "../../../src/config/config.ts";
import { readConfig } from "../../../src/config/read-config.ts";
import { openDatasetStore } from "../../../src/datasets/open-dataset-store.ts";
import { createMemoryRegistry } from "../../../src/registry/create-memory-registry.ts";
import { openTraceStore } from "../../../src/traces/open-trace-store.ts";
import { startLoopbackOpenAI } from "../../support/loopback-openai.ts";
import { visitPages } from "../../support/page-visitor.ts";
import { type ServerWorld, startServer, type WorldOptions } from "../../support/server-world.ts";

const script = "<script>alert(1)</script>";
const path = "main/default/sentiment";
let folder: string;
const worlds: ServerWorld[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dao-opt-playground-"));
});
afterEach(async () => {
  await Promise.all(worlds.splice(0).map(({ server }) => server.close(0)));
  rmSync(folder, { recursive: true, force: true });
});

async function open(options: WorldOptions = {}) {
  const registry = createMemoryRegistry();
  const draft = {
    path,
    model: { model: "offline/small", provider: "offline" },
    templateLanguage: "default" as const,
  };
  await registry.upsert({
    ...draft,
    template: "Classify the sentiment. Answer 'positive' or 'negative'.\nText: {{text}}",
  });
  await registry.upsert({
    ...draft,
    template:
      "Answer with one word, 'positive' or 'negative', in lower case, and nothing else.\nText: {{text}}",
  });
  await registry.upsert({
    ...draft,
    path: "main/default/remote",
    model: { model: "gpt-4o", provider: "openai" },
    template: "Say {{text}}",
  });
  const traces = openTraceStore({ folder: join(folder, "traces") });
  const datasets = openDatasetStore({ folder: join(folder, "datasets") });
  const rows = ["a fine day", "an awful day", `odd ${script}`].map((text, at) => ({
    inputs: { text },
    expectations: { expected_response: at === 1 ? "negative" : "positive" },
  }));
  await datasets.merge("tweets", rows);
  await datasets.merge(
    "many",
    Array.from({ length: 150 }, (_, at) => ({ inputs: { text: `day ${at}` } })),
  );
  const world = await startServer({
    ...options,
    services: { registry, traces, datasets, ...options.services },
  });
  worlds.push(world);
  const visitor = visitPages(world);
  const run = (fields: Record<string, string>) =>
    visitor.post("/ui/playground", "run", { do: "run", prompt: path, c1: "1", ...fields });
  return { ...world, registry, datasets, store: traces, visitor, run };
}

describe("the playground", () => {
  test("answers typed inputs in every column without scripts, scores, and saves traces", async () => {
    const { run, visitor, store, registry } = await open();
    const sent = await run({
      c2: "2",
      c3: "2",
      m3: "offline/large",
      "i.text": "What a wonderful day",
      expected: "positive",
      scorer: "exact_match",
    });
    expect(sent.status).toBe(303);
    const address = String(sent.headers.location);
    expect(address).toContain("i.text=What+a+wonderful+day");
    const { text } = await visitor.get(address);
    expect(text).toContain("3 of 3 answered");
    expect(text).toContain("Version 2, offline/large");
    expect(text).toContain("Offline models answer by rules");
    expect(text).toContain('<span class="st ok">1</span>');
    expect(text.match(/>Trace<\/a>/g)).toHaveLength(3);
    const kept = [];
    for await (const trace of store.list({})) kept.push(trace);
    expect(kept.map(({ model }) => model).sort()).toEqual([
      "offline/large",
      "offline/small",
      "offline/small",
    ]);
    expect(kept[0]).toMatchObject({ source: "playground", prompt: { path } });
    // A model that was only tried is no version.
    expect(await registry.history(path)).toHaveLength(2);
  });

  test("answers rows of a dataset as a table, and the address shows them again after a restart", async () => {
    const { run, visitor, ...world } = await open();
    const sent = await run({
      c2: "2",
      dataset: "tweets",
      row: "1",
      rows: "3",
      scorer: "label",
      shown: "tweets/1",
    });
    const address = String(sent.headers.location);
    const first = await visitor.get(address);
    expect(first.text).toContain("6 of 6 answered");
    expect(first.text).toContain("Mean score");
    expect(first.text).not.toContain(script);
    const other = await startServer({
      services: {
        registry: world.registry,
        traces: world.store,
        datasets: openDatasetStore({ folder: join(folder, "datasets") }),
      },
    });
    worlds.push(other);
    const again = await other.send("GET", address);
    expect(again.text).toContain("6 of 6 answered");
    const scores = (text: string) => text.match(/data-l="mean score">[^<]*/g);
    expect(scores(again.text)).toEqual(scores(first.text));
  });

  test("an error stays in its cell, with its cure; keys are never typed", async () => {
    const model = await startLoopbackOpenAI({ apiKey: "right" });
    try {
      const env = { OPENAI_BASE_URL: model.baseUrl, OPENAI_API_KEY: "sk-secret" };
      const { run, visitor, store } = await open({ services: { env } });
      const sent = await run({ c2: "1", m2: "openai/gpt-4o", c3: "1", m3: "nobody/x", "i.text": "fine" });
      const { text } = await visitor.get(String(sent.headers.location));
      expect(text).toContain("1 answered, 2 failed");
      expect(text).toContain(". Saved as traces.");
      const kept = [];
      for await (const { error } of store.list({})) kept.push(error === undefined);
      expect(kept.sort()).toEqual([false, false, true]);
      expect(text).toContain("Set OPENAI_API_KEY to a valid key, in the environment of dao-opt serve");
      expect(text).not.toContain("sk-secret");
      expect(text).not.toMatch(/type="password"|api_key/);
      expect(text).not.toContain("pass a key with the call");
    } finally {
      await model.close();
    }
  });

  test("a call that could not be made is not said to be saved, and its reason is said once", async () => {
    const { run, visitor, store } = await open({ services: { models: {} } });
    const fields = { c2: "1", m2: "openai/none", "i.text": "fine" };
    const one = (await visitor.get(String((await run(fields)).headers.location))).text;
    expect(one).toContain("1 answered, 1 not called");
    expect(one).toContain("1 of 2 saved as traces");
    const many = { ...fields, dataset: "tweets", shown: "tweets/1", row: "1", rows: "3" };
    const table = (await visitor.get(String((await run(many)).headers.location))).text;
    expect(table).toContain("3 answered, 3 not called");
    for (const text of [one, table]) {
      expect(text.match(/the config has no model|The config has no model/g)).toHaveLength(1);
      expect(text).toContain("or choose another model");
      expect(text).not.toContain("--config");
    }
    const kept = [];
    for await (const trace of store.list({})) kept.push(trace);
    expect(kept).toHaveLength(4);
  });

  test("asks for a text before it calls with none", async () => {
    const { run, store, registry, visitor } = await open();
    const refused = await run({ "i.text": "  ", expected: "kept" });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain("The input is empty");
    expect(refused.text).toContain('aria-invalid="true" aria-describedby="problem-i.text"');
    expect(refused.text).toContain(">\nkept</textarea>");
    for await (const trace of store.list({})) expect(trace).toBeUndefined();
    const model = { model: "offline/small", provider: "offline" };
    const two = { path: "main/default/two", model, templateLanguage: "default" as const };
    await registry.upsert({ ...two, template: "{{text}} {{note}}" });
    const both = { prompt: "main/default/two", "i.note": "" };
    expect((await run({ ...both, "i.text": "" })).text).toContain("All inputs of the prompt are empty");
    expect((await run({ ...both, "i.text": "fine" })).status).toBe(303);
    expect((await visitor.get("/ui/playground")).text).not.toContain("Type a text first");
  });

  test("names the usual model in the label, and suggests those of the config", async () => {
    const { visitor } = await open();
    const { text } = await visitor.get("/ui/playground?prompt=main/default/remote");
    expect(text).toContain("Model (usual: openai/gpt-4o)<input");
    expect(text).toContain('<option value="openai/gpt-4o">');
    expect(text).toContain("One of these calls in the terminal:");
  });

  test("scores with the scorers of a config and their judge, and judges no stored answer again", async () => {
    const config = await readConfig("examples/judges/config.yaml", { cwd: process.cwd(), env: {} });
    const registry = createMemoryRegistry();
    const scorers = configScorers({ config, catalog: builtinCatalog(), registry });
    const { datasets, store, run, visitor } = await open({ services: { scorers } });
    await datasets.merge("facts", [
      {
        inputs: { text: "a fine day" },
        expectations: { expected_response: "It is positive.", expected_facts: ["positive", "a star"] },
      },
    ]);
    const fields = { c1: "2", dataset: "facts", row: "1", scorer: "config/optimize_support_answer" };
    const query = new URLSearchParams({ prompt: path, ...fields });
    const asked = await visitor.get(`/ui/playground?${query}`);
    expect(asked.text).toContain(">optimize_support_answer: correctness, judge large</option>");
    expect(asked.text).toContain(">equivalence, judge large</option>");
    expect(asked.text).toContain("2 calls, 1 of them for the judge; the answers are free");
    const sent = await run({ ...fields, shown: "facts/1" });
    const address = String(sent.headers.location);
    // One of the two facts is in the answer.
    expect((await visitor.get(address)).text).toContain("<b>0.500</b>");
    const other = await startServer({
      services: { registry: (await open()).registry, traces: store, datasets, scorers },
    });
    worlds.push(other);
    const later = (await other.send("GET", address)).text;
    expect(later).toContain("1 answered");
    expect(later).toContain("not scored: a judge scores only new answers; run again");
  });

  test("a score against the recorded answer says so", async () => {
    const { run, visitor, datasets } = await open();
    await datasets.merge("recorded", [
      { inputs: { text: "a fine day" }, outputs: "positive" },
      { inputs: { text: "an awful day" }, outputs: "x", expectations: { expected_response: "negative" } },
    ]);
    const shown = async (fields: Record<string, string>) =>
      (
        await visitor.get(
          String((await run({ dataset: "recorded", scorer: "label", ...fields })).headers.location),
        )
      ).text;
    const one = await shown({ row: "1" });
    expect(one).toContain("Expected answer (recorded answer)");
    expect(one).toContain("against the recorded answer");
    expect(await shown({ row: "2" })).not.toContain("recorded answer");
    // A person confirmed another one.
    expect(await shown({ row: "1", expected: "negative" })).not.toContain("recorded answer");
    const table = await shown({ row: "1", rows: "2" });
    expect(table.match(/<span class="muted small">recorded answer/g)).toHaveLength(1);
  });

  test("bounds rows, columns and calls, and asks before many", async () => {
    const { run, visitor } = await open();
    const many = { dataset: "many", shown: "many/1", row: "1" };
    expect((await run({ ...many, rows: "101" })).text).toContain("Use a whole number from 1 to 100");
    expect((await run({ ...many, rows: "100", c2: "1", c3: "1" })).text).toContain(
      "at most 200 are made at once",
    );
    expect((await run({ ...many, rows: "21" })).text).toContain(
      "This makes 21 calls, free, because offline models answer",
    );
    expect((await run({ ...many, rows: "21", accept: "20" })).status).toBe(400);
    expect((await run({ ...many, rows: "21", accept: "21" })).status).toBe(303);
    expect((await run({ dataset: "tweets", shown: "tweets/9", row: "9" })).text).toContain(
      "Choose one from 1 to 3",
    );
    expect((await run({ c1: "9" })).text).toContain("has versions 1, 2");
    expect((await visitor.get("/ui/playground?prompt=main/default/remote")).text).toContain("likely $");
  });

  test("offers datasets of the config beside collected ones, told apart, and calls their rows", async () => {
    const inline = (key: string): DatasetConfig => {
      const rows = [{ text: "of the config", label: "positive" }];
      const source = { kind: "inline", rows, file: "dao-opt.yaml" } as const;
      return {
        key,
        split: { seed: 0, isGiven: true },
        spec: { name: key, onBadRow: "fail", expected: "label", source },
      };
    };
    const project = { prompts: {}, datasets: { tweets: inline("tweets"), only: inline("only") } };
    const { run, visitor } = await open({ services: { project } });
    const choices = (await visitor.get("/ui/playground")).text;
    expect(choices).toContain('<option value="tweets">tweets</option>');
    expect(choices).toContain('<option value="config/tweets">tweets (config)</option>');
    const chosen = '<option value="config/only" selected>only (config)</option>';
    expect((await visitor.get("/ui/playground?dataset=only")).text).toContain(chosen);
    expect((await visitor.get("/ui/playground?dataset=tweets")).text).toContain(">\na fine day</textarea>");
    for (const query of ["dataset=tweets&from=config", "dataset=config/tweets"])
      expect((await visitor.get(`/ui/playground?${query}`)).text).toContain(">\nof the config</textarea>");
    const sent = await run({ do: "run", dataset: "config/tweets", scorer: "label" });
    const address = String(sent.headers.location);
    expect(address).toContain("dataset=config%2Ftweets");
    expect((await visitor.get(address)).text).toContain("1 of 1 answered");
    expect((await visitor.get("/ui/playground?dataset=config/none")).status).toBe(404);
  });

  test("the number of rows to call is that of the rows that are there", async () => {
    const { visitor, run } = await open();
    const field = (text: string) => /name="rows" inputmode="numeric" value="(\d+)"/.exec(text)?.[1];
    expect(field((await visitor.get("/ui/playground?dataset=tweets&rows=50")).text)).toBe("3");
    expect(field((await visitor.get("/ui/playground?dataset=tweets&rows=50&row=3")).text)).toBe("1");
    const sent = await run({ dataset: "tweets", row: "1", rows: "50" });
    expect(String(sent.headers.location)).toMatch(/[?&]rows=3(&|$)/);
  });

  test("one form also changes the setup: rows, columns, and what was typed stays", async () => {
    const { run } = await open();
    const to = async (fields: Record<string, string>) => String((await run(fields)).headers.location);
    expect(await to({ do: "add", "i.text": "typed" })).toContain("c1=1&c2=1");
    expect(await to({ do: "add", "i.text": "typed" })).toContain("i.text=typed");
    expect(await to({ do: "remove-1", c2: "2" })).toMatch(/c1=2(&|$)/);
    expect(
      await to({ do: "row-2", dataset: "tweets", row: "1", shown: "tweets/1", "i.text": "a fine day" }),
    ).toContain("row=2");
    expect(await to({ do: "update", prompt: "main/default/remote", shown_prompt: path, c1: "2" })).toContain(
      "remote&c1=1",
    );
    expect(await to({ do: "__proto__" })).toContain("/ui/playground?");
  });

  test("is stopped: answers that were not asked for are not asked", async () => {
    const model = await startLoopbackOpenAI({ latency: { fixedMs: 300 } });
    try {
      const env = { OPENAI_BASE_URL: model.baseUrl, OPENAI_API_KEY: "k" };
      const { run, visitor } = await open({ services: { env } });
      const sent = await run({
        prompt: "main/default/remote",
        dataset: "many",
        row: "1",
        rows: "20",
        shown: "many/1",
        live: "1",
      });
      const address = String(sent.headers.location);
      const job = /run=(pg_\w+)/.exec(address)?.[1] ?? "";
      await model.reached(4);
      expect((await visitor.get(address)).text).toContain("data-events=");
      expect(await visitor.post(address, "stop", { job })).toMatchObject({ status: 303 });
      const { text } = await visitor.get(address);
      expect(text).toMatch(/\d+ stopped/);
      expect(model.count).toBeLessThan(12);
    } finally {
      await model.close();
    }
  });

  test("opens the call of a trace", async () => {
    const { store, visitor } = await open();
    store.append({
      traceId: "t1",
      prompt: { path, version: 1 },
      inputs: { text: `from a trace ${script}` },
      startedAt: "2026-11-20T10:00:00.000Z",
    });
    await store.flush();
    const { text } = await visitor.get("/ui/playground?trace=t1");
    expect(text).toContain("from a trace &lt;script&gt;");
    expect(text).not.toContain(script);
  });

  test("calls nothing without a token, from elsewhere, or for a key that only reads", async () => {
    const apiKeys = [
      { value: "reader", isReadOnly: true },
      { value: "writer", isReadOnly: false },
    ];
    const { store, ...world } = await open({ apiKeys });
    const [writer, reader] = [visitPages(world, "writer"), visitPages(world, "reader")];
    const fields = { do: "run", prompt: path, c1: "1", "i.text": "x" };
    for (const action of ["run", "stop"]) {
      expect((await writer.post("/ui/playground", action, fields, { token: "made up" })).status).toBe(403);
      const headers = { origin: "https://evil.example" };
      expect((await writer.post("/ui/playground", action, fields, { headers })).status).toBe(403);
      expect((await reader.post("/ui/playground", action, fields)).status).toBe(403);
    }
    const shown = (await reader.get("/ui/playground")).text;
    expect(shown).not.toContain('method="post"');
    expect(shown).not.toContain('value="run"');
    const kept = [];
    for await (const trace of store.list({})) kept.push(trace);
    expect(kept).toEqual([]);
  });
});
