import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/core/data/json.ts";
import { findMlflowDataset } from "../../src/mlflow/datasets/find-dataset.ts";
import { readMlflowRows } from "../../src/mlflow/datasets/read-dataset.ts";
import { writeMlflowRows } from "../../src/mlflow/datasets/write-dataset.ts";
import { ensureExperiment, experimentIdOf } from "../../src/mlflow/experiments.ts";
import { createMlflowClient, type FetchAnswer, type FetchInit } from "../../src/mlflow/mlflow-client.ts";
import { modelConfigurationOf } from "../../src/mlflow/prompts/model-config.ts";
import type { PromptPush } from "../../src/mlflow/prompts/prompt-version.ts";
import { pullPrompt } from "../../src/mlflow/prompts/pull-prompt.ts";
import { pushPrompt } from "../../src/mlflow/prompts/push-prompt.ts";
import { rowOfMlflowTrace } from "../../src/mlflow/traces/row-of-trace.ts";
import { type MlflowTrace, searchMlflowTraces } from "../../src/mlflow/traces/search-traces.ts";
import { createTracker } from "../../src/mlflow/tracking/tracker.ts";
import { createWorldProject } from "../support/world-project.ts";
import { type MlflowServer, startMlflowServer } from "./mlflow-server.ts";

/** A busy machine may take longer than a command would wait. */
const flushTimeoutMs = 120_000;
let server: MlflowServer;

/** The two places where MLflow's client puts spans. */
const places = ["database", "artifacts"] as const;
type Place = (typeof places)[number];
interface Filled {
  readonly rated: string;
  readonly dataset_id: string;
}
const filled = new Map<Place, Filled>();
const experimentOf = (place: Place) => (place === "database" ? "shop" : "shop-artifacts");

beforeAll(async () => {
  server = await startMlflowServer();
  for (const place of places) {
    const made = await server.python.run("mlflow_fill.py", {
      ...server.env,
      EXPERIMENT: experimentOf(place),
      SPANS: place,
      DATASET: `from-${place}`,
      ...(place === "database" ? { PROMPT: "shop.support.greeting" } : {}),
    });
    filled.set(place, made as Filled);
  }
});
afterAll(() => server?.stop());

describe("datasets", () => {
  it.each(places)("are read as MLflow's client wrote them, from traces in the %s", async (place) => {
    const { client } = server;
    const dataset = await findMlflowDataset(client, { name: `from-${place}` });
    expect(dataset.datasetId).toBe(filled.get(place)?.dataset_id);
    const { rows } = await readMlflowRows(client, dataset.datasetId);
    expect(rows).toHaveLength(4);
    expect(rows).toContainEqual({
      inputs: { question: "capital of Italy?" },
      expectations: { expected_response: "Rome" },
      source: { type: "human" },
    });
    expect(rows).toContainEqual({
      inputs: { question: "capital of France?" },
      outputs: "Paris",
      tags: { kind: "easy" },
      source: { type: "code" },
    });
    expect(rows).toContainEqual(
      expect.objectContaining({
        // MLflow's database keeps a text of JSON as the object, and its client copies that into the dataset.
        outputs: place === "database" ? { LABEL: "X" } : '{"LABEL": "X"}',
        expectations: { expected_response: "X", expected_facts: ["a fact"] },
        source: { type: "trace", trace_id: filled.get(place)?.rated },
      }),
    );
  });

  it("are written in batches, read in pages, and unchanged by a second write", async () => {
    const { client } = server;
    const experimentId = await ensureExperiment(client, "rows");
    const rows: readonly JsonObject[] = Array.from({ length: 1003 }, (_, number) => ({
      inputs: { question: `what is ${number}?`, nested: { list: [number, "ä", null] } },
      outputs: number % 2 === 0 ? `answer ${number}` : { number },
      expectations: { expected_response: `${number}` },
      tags: { part: "one" },
      source: { type: "trace", trace_id: `tr-${number}` },
    }));
    const sent: number[] = [];
    const written = await writeMlflowRows(client, { name: "it's mine" }, rows, {
      experimentId,
      onBatch: (count) => sent.push(count),
    });
    expect(written).toMatchObject({ isNew: true, inserted: 1003, updated: 0, name: "it's mine" });
    expect(sent).toEqual([500, 1000, 1003]);
    const pages: number[] = [];
    const read = await readMlflowRows(client, written.datasetId, {
      pageSize: 400,
      onPage: (count) => pages.push(count),
    });
    expect(pages).toEqual([400, 800, 1003]);
    const byQuestion = (all: readonly JsonObject[]) =>
      [...all].sort((one, other) =>
        JSON.stringify(one["inputs"]) < JSON.stringify(other["inputs"]) ? -1 : 1,
      );
    expect(byQuestion(read.rows)).toEqual(byQuestion(rows));
    const again = await writeMlflowRows(client, { name: "it's mine" }, rows.slice(0, 3));
    expect(again).toMatchObject({ isNew: false, inserted: 0, updated: 3, datasetId: written.datasetId });
    const reread = await readMlflowRows(client, written.datasetId);
    expect(reread.rows).toHaveLength(1003);
    expect(reread.digest).toBe(read.digest);
  });

  it("of the same name are distinguished by id, and a wrong name gets suggestions", async () => {
    const { client } = server;
    for (let made = 0; made < 2; made++) {
      await client.call({ method: "POST", path: "/api/3.0/mlflow/datasets/create", body: { name: "twins" } });
    }
    const error = await findMlflowDataset(client, { name: "twins" }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: "ambiguous", message: expect.stringMatching(/d-\w+ .*, d-\w+ /) });
    const [id = ""] = /d-\w+/.exec((error as Error).message) ?? [];
    expect(await findMlflowDataset(client, { datasetId: id })).toMatchObject({
      datasetId: id,
      name: "twins",
    });
    await expect(findMlflowDataset(client, { name: "twin" })).rejects.toMatchObject({
      code: "not_found",
      near: ["twins"],
    });
    await expect(findMlflowDataset(client, { datasetId: "d-0" })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

async function tracesOf(
  search: Omit<Parameters<typeof searchMlflowTraces>[1], "experiment">,
  place: Place = "database",
) {
  const traces: MlflowTrace[] = [];
  const experiment = { name: experimentOf(place) };
  const all = searchMlflowTraces(server.client, { experiment, ...search });
  for await (const trace of all) traces.push(trace);
  return traces;
}

describe("traces", () => {
  it.each(places)(
    "of an experiment have plain values and exact texts, with spans in the %s",
    async (place) => {
      const { rated: ratedId = "" } = filled.get(place) ?? {};
      const traces = await tracesOf({}, place);
      expect(traces.map(({ status }) => status)).toEqual(["ERROR", ...Array.from({ length: 7 }, () => "OK")]);
      const long = JSON.stringify({ LONG: ["X".repeat(300), 1] });
      expect(traces.map(({ outputs }) => outputs)).toEqual([
        undefined,
        '{"LABEL": "X"}',
        { label: "an object" },
        // The database has the object, and the trace's metadata only the start of the text.
        place === "database" ? long : long.replaceAll(/[:,]/g, "$& "),
        "[1,  2.50]",
        '"QUOTED"',
        "12345",
        "ONE",
      ]);
      const [broken, rated] = traces;
      const location = rated?.tags["mlflow.trace.spansLocation"];
      expect(location).toBe(place === "database" ? "TRACKING_STORE" : undefined);
      expect(rated).toMatchObject({
        traceId: ratedId,
        inputs: {
          question: '{"label": "x"}',
          options: { depth: 1.5, tags: ["a", null], big: "1152921504606846976" },
        },
        assessments: [
          { kind: "expectation", name: "expected_response", value: "X" },
          { kind: "expectation", name: "expected_facts", value: ["a fact"] },
          { kind: "feedback", name: "correctness", value: false, rating: 0, rationale: "wrong\nsign" },
        ],
      });
      const [root, inner] = rated?.spans ?? [];
      expect(root).toMatchObject({ name: "answer", traceId: ratedId.slice(3) });
      expect(inner).toMatchObject({ name: "Completions", parentSpanId: root?.spanId });
      expect(inner?.attributes["mlflow.spanType"]).toBe('"CHAT_MODEL"');
      expect(inner?.latencyMs).toBeGreaterThan(0);
      expect(broken?.spans[0]?.failure).toContain("no answer");
      const rows = traces.map(rowOfMlflowTrace);
      expect([rows[0], rows[1], rows[6], rows[7]]).toMatchObject([
        { skipped: "its status is ERROR" },
        {
          row: {
            outputs: '{"LABEL": "X"}',
            expectations: { expected_response: "X", expected_facts: ["a fact"] },
            tags: { rating: 0 },
            source: { type: "trace", trace_id: ratedId },
          },
        },
        { row: { outputs: "12345" } },
        { row: { inputs: { question: "one" }, outputs: "ONE" } },
      ]);
    },
  );

  it("sent over OTLP are read from the database as plain values", async () => {
    const { client, address } = server;
    const id = await ensureExperiment(client, "otlp");
    const text = (key: string, value: unknown) => ({ key, value: { stringValue: JSON.stringify(value) } });
    const span = {
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      name: "classify",
      startTimeUnixNano: "1795957290249692299",
      endTimeUnixNano: "1795957290251192299",
      attributes: [
        text("mlflow.spanType", "CHAT_MODEL"),
        text("mlflow.spanInputs", { text: "good", deep: { list: [1, 0.5, true, null] } }),
        text("mlflow.spanOutputs", "123"),
      ],
      status: { code: 1 },
    };
    const sent = await fetch(`${address}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-mlflow-experiment-id": id },
      body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
    });
    expect(sent.status).toBe(200);
    const found = await searchMlflowTraces(client, { experiment: { id } }).next();
    expect(found.value).toMatchObject({
      traceId: "tr-0af7651916cd43dd8448eb211c80319c",
      tags: { "mlflow.trace.spansLocation": "TRACKING_STORE" },
      inputs: { text: "good", deep: { list: [1, 0.5, true, null] } },
      outputs: "123",
      spans: [
        {
          traceId: "0af7651916cd43dd8448eb211c80319c",
          spanId: "b7ad6b7169203331",
          startedAt: "2026-11-29T13:01:30.250Z",
          latencyMs: 1.5,
          attributes: { "mlflow.spanOutputs": '"123"', "mlflow.spanType": '"CHAT_MODEL"' },
        },
      ],
    });
  });

  it("are found by filter, limit and id of the experiment", async () => {
    expect(await tracesOf({ filter: "attributes.status = 'OK'", limit: 2 })).toHaveLength(2);
    const id = await experimentIdOf(server.client, "shop");
    const found = searchMlflowTraces(server.client, { experiment: { id }, limit: 1 });
    expect((await found.next()).value).toMatchObject({ status: "ERROR" });
    await expect(tracesOf({ filter: "nonsense" })).rejects.toMatchObject({ kind: "rejected", status: 400 });
    const wrong = searchMlflowTraces(server.client, { experiment: { name: "shpo" } });
    await expect(wrong.next()).rejects.toMatchObject({ code: "not_found", near: ["shop"] });
  });
});

const text: PromptPush = {
  path: "main/default/sentiment",
  versionId: "prv_1",
  template: 'Classify "{{text}}".\nAs {"label": …}',
  modelConfig: { provider: "openai", model_name: "gpt-4o-mini", temperature: 0, seed: 7 },
  responseFormat: { type: "json_object" },
  description: "better by 0.1",
  tags: { "dao_opt.run": "r_1", team: "shop" },
  alias: "production",
};

describe("prompts", () => {
  it("are pushed once, loaded by MLflow's client, and pulled back unchanged", async () => {
    const { client, python, env } = server;
    const pushed = await pushPrompt(client, text);
    expect(pushed).toEqual({
      name: "main.default.sentiment",
      version: 1,
      uri: "prompts:/main.default.sentiment/1",
      isNew: true,
    });
    expect(await pushPrompt(client, text)).toEqual({ ...pushed, isNew: false });
    const chat: PromptPush = {
      path: "main/default/sentiment",
      versionId: "prv_2",
      template: [
        { role: "system", content: "Classify." },
        { role: "user", content: "{{text}}" },
      ],
    };
    expect(await pushPrompt(client, chat)).toMatchObject({ version: 2, isNew: true });
    const loaded = await python.run("mlflow_load_prompts.py", {
      ...env,
      URIS: JSON.stringify([
        pushed.uri,
        "prompts:/main.default.sentiment@production",
        "prompts:/main.default.sentiment@latest",
      ]),
      VALUES: JSON.stringify({ text: "good" }),
    });
    const first = {
      name: "main.default.sentiment",
      version: 1,
      template: text.template,
      is_text: true,
      formatted: 'Classify "good".\nAs {"label": …}',
      variables: ["text"],
      model_config: text.modelConfig,
      response_format: { type: "json_object" },
      commit_message: "better by 0.1",
      tags: expect.objectContaining({ team: "shop", "dao_opt.path": "main/default/sentiment" }),
    };
    expect(loaded).toMatchObject([
      first,
      first,
      {
        version: 2,
        is_text: false,
        formatted: [
          { role: "system", content: "Classify." },
          { role: "user", content: "good" },
        ],
      },
    ]);
    const { alias, ...content } = text;
    expect(await pullPrompt(client, `prompts:/main.default.sentiment@${alias}`)).toEqual({
      ...content,
      name: "main.default.sentiment",
      version: 1,
      uri: pushed.uri,
      templateLanguage: "default",
      aliases: ["production"],
      createdAt: expect.any(String),
    });
    expect(await pullPrompt(client, "main/default/sentiment")).toMatchObject({
      version: 2,
      template: chat.template,
      versionId: "prv_2",
    });
  });

  it("of MLflow's client are pulled, with folders for a name of three parts", async () => {
    const pulled = await pullPrompt(server.client, "prompts:/shop.support.greeting@live");
    expect(pulled).toMatchObject({
      path: "shop/support/greeting",
      version: 1,
      template: [
        { role: "system", content: "Greet {{name}}." },
        { role: "user", content: "{{question}}" },
      ],
      tags: { team: "support" },
      description: "first",
      responseFormat: { type: "object", properties: { text: { type: "string" } } },
    });
    expect(modelConfigurationOf(pulled.modelConfig, undefined)).toEqual({
      provider: "openai",
      model: "gpt-4o",
      temperature: 0.5,
      other: { logprobs: true },
    });
  });

  it("that are missing list the available ones", async () => {
    const { client } = server;
    await expect(pullPrompt(client, "shop.support.greting")).rejects.toMatchObject({
      code: "not_found",
      near: ["shop.support.greeting"],
    });
    for (const missing of ["shop.support.greeting/9", "shop.support.greeting@nobody"]) {
      await expect(pullPrompt(client, missing)).rejects.toMatchObject({
        code: "not_found",
        hint: "it has the aliases @live (1)",
      });
    }
  });

  it("accept the longest text, and reject the name of another prompt or a model", async () => {
    const { client } = server;
    const longest = { ...text, path: "long", versionId: "prv_3", template: "ä".repeat(100_000) };
    const { uri } = await pushPrompt(client, longest);
    expect((await pullPrompt(client, uri)).template).toBe(longest.template);
    await expect(pushPrompt(client, { ...text, path: "main.default/sentiment" })).rejects.toMatchObject({
      kind: "conflict",
      message: expect.stringContaining('"main/default/sentiment"'),
    });
    const path = "/api/2.0/mlflow/registered-models/create";
    await client.call({ method: "POST", path, body: { name: "a-model" } });
    await expect(pushPrompt(client, { ...text, path: "a-model" })).rejects.toMatchObject({
      kind: "conflict",
    });
  });

  it("can be pushed again after an interrupted push without a second version", async () => {
    const { client } = server;
    const push = { ...text, path: "broken/off", versionId: "prv_4" };
    let failures = 0;
    const breaking = {
      ...client,
      call: async (request: Parameters<typeof client.call>[0]) => {
        const answer = await client.call(request);
        if (request.path.endsWith("/alias") && failures++ === 0) throw new Error("pulled the plug");
        return answer;
      },
    };
    await expect(pushPrompt(breaking, push)).rejects.toThrow("pulled the plug");
    expect(await pushPrompt(breaking, push)).toMatchObject({ version: 1, isNew: false });
    expect(await pullPrompt(client, "prompts:/broken.off@latest")).toMatchObject({ version: 1 });
  });
});

describe("tracking", () => {
  it("creates a run with params, steps, inputs, prompts, artifacts and status", async () => {
    const { client, address } = server;
    const tracker = createTracker(client, { experiment: "tracked", flushTimeoutMs });
    const run = tracker.startRun({
      name: "sentiment",
      params: { engine: "gepa", seed: 7, long: "x".repeat(7000) },
      tags: { "dao_opt.run": "r_1" },
    });
    run.logMetrics({ initial_eval_score: 0.5, "odd (key)": 1 });
    for (let step = 1; step <= 2500; step++) run.logMetrics({ val_score: step / 2500 }, step);
    run.logMetrics({ val_score: Number.NaN }, 2501);
    run.logDatasets([
      {
        name: "reviews",
        digest: "a".repeat(64),
        context: "training",
        sourceType: "local",
        source: { uri: "x" },
      },
    ]);
    run.linkPrompts([{ name: "main.default.sentiment", version: 1 }]);
    run.putArtifact({ path: "report.html", content: "<p>ä</p>", contentType: "text/html" });
    run.putArtifact({ path: "a folder/data.bin", content: new Uint8Array([0, 255]), contentType: "a/b" });
    run.finish("FINISHED");
    const summary = await tracker.close();
    expect(summary).toMatchObject({ losses: [], runIds: [run.runId] });
    const found = await client.call({
      method: "GET",
      path: "/api/2.0/mlflow/runs/get",
      query: { run_id: run.runId ?? "" },
    });
    expect(found).toMatchObject({
      run: {
        info: { status: "FINISHED", run_name: "sentiment" },
        data: {
          metrics: expect.arrayContaining([
            expect.objectContaining({ key: "initial_eval_score", value: 0.5 }),
            expect.objectContaining({ key: "odd _key_", value: 1 }),
          ]),
          params: expect.arrayContaining([
            { key: "engine", value: "gepa" },
            { key: "seed", value: "7" },
          ]),
          tags: expect.arrayContaining([
            { key: "mlflow.linkedPrompts", value: '[{"name":"main.default.sentiment","version":"1"}]' },
          ]),
        },
        inputs: { dataset_inputs: [{ dataset: { name: "reviews", source_type: "local" } }] },
      },
    });
    const history = await client.call({
      method: "GET",
      path: "/api/2.0/mlflow/metrics/get-history",
      query: { run_id: run.runId ?? "", metric_key: "val_score" },
    });
    expect(history["metrics"]).toHaveLength(2501);
    const artifact = (path: string) =>
      fetch(`${address}/get-artifact?path=${encodeURIComponent(path)}&run_uuid=${run.runId}`);
    expect(await (await artifact("report.html")).text()).toBe("<p>ä</p>");
    expect(new Uint8Array(await (await artifact("a folder/data.bin")).arrayBuffer())).toEqual(
      new Uint8Array([0, 255]),
    );
  });

  it("marks an unfinished run as killed", async () => {
    const tracker = createTracker(server.client, { experiment: "tracked", flushTimeoutMs });
    tracker.startRun({ name: "interrupted" }).logMetrics({ val_score: 1 });
    const { runIds } = await tracker.close();
    const found = await server.client.call({
      method: "GET",
      path: "/api/2.0/mlflow/runs/get",
      query: { run_id: runIds },
    });
    expect(found).toMatchObject({ run: { info: { status: "KILLED" }, data: { metrics: [{ value: 1 }] } } });
  });
});

describe("the server", () => {
  it("rejects an unknown host, and the error explains how to allow it", async () => {
    // Node's fetch does not allow setting the Host header.
    const fetchAs = (url: string, { headers }: FetchInit) =>
      new Promise<FetchAnswer>((resolve, reject) => {
        const asked = request(url, { headers: { ...headers, host: "x.example" } }, (response) => {
          const text = async () => Buffer.concat(await response.toArray()).toString();
          const get = (name: string) => String(response.headers[name] ?? "");
          resolve({ status: response.statusCode ?? 0, headers: { get }, text });
        });
        asked.on("error", reject).end();
      });
    const { address } = server;
    const connection = { kind: "mlflow", address, credentials: { kind: "none" } } as const;
    const client = createMlflowClient(connection, { fetch: fetchAs });
    const path = "/api/2.0/mlflow/experiments/get-by-name";
    await expect(client.call({ method: "GET", path })).rejects.toMatchObject({
      code: "mlflow_auth",
      status: 403,
      hint: expect.stringContaining("--allowed-hosts"),
    });
  });

  it("answers an unknown path with an error that names the required version", async () => {
    await expect(server.client.call({ method: "GET", path: "/no/such/path" })).rejects.toMatchObject({
      kind: "not_mlflow",
      status: 404,
      hint: expect.stringContaining("MLflow 3.4"),
    });
  });
});

describe("commands", () => {
  it("export rows to a dataset, run on it, and replay the run without the server", async () => {
    const project = createWorldProject();
    Object.assign(project.config, { tracking: { mlflow: server.address, experiment: "commands" } });
    project.save();
    const exported = await project.cli([
      ...["dataset", "export", "rows.jsonl"],
      ...["--to", "mlflow:world", "--config", "config.yaml", "--json"],
    ]);
    expect(exported.exitCode, exported.stdout).toBe(0);
    expect(exported.json).toMatchObject({ rows: 60, mlflow: { created: true, inserted: 60, updated: 0 } });

    project.config.datasets["d"] = { mlflow: "world" };
    project.save();
    const unchecked = await project.cli(["validate", "config.yaml"]);
    expect(unchecked.stderr).toContain("no copy of them is on this machine");
    const first = await project.run(["--json"]);
    expect(first.exitCode, first.stderr).toBe(0);
    const validated = await project.cli(["validate", "config.yaml", "--json"]);
    expect(validated.json).toMatchObject({ optimizations: [{ rows: 60 }] });
    const [run = ""] = project.runs();
    Object.assign(project.config, { tracking: { mlflow: "http://127.0.0.1:9", experiment: "commands" } });
    project.save();
    const replayed = await project.run(["--replay", run, "--json"]);
    expect(replayed.exitCode, replayed.stderr).toBe(0);
  });

  it("take the traces of an experiment as rows", async () => {
    const project = createWorldProject({ base: "accuracy=0.5 Answer: {{question}}" });
    project.config.datasets["d"] = { mlflow: { experiment: "shop" } };
    project.save();
    const env = { MLFLOW_TRACKING_URI: server.address };
    const { exitCode, stdout, stderr, json } = await project.cli(["eval", "config.yaml", "--json"], { env });
    expect(exitCode, stdout).toBe(0);
    expect(json).toMatchObject({ status: "completed", dataset: "d" });
    expect(stderr).toContain('traces of the MLflow experiment "shop" are skipped: ');
  });
});
