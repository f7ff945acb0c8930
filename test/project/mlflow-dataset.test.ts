import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { MlflowRowsReference } from "../../src/config/config.ts";
import { readConfig } from "../../src/config/read-config.ts";
import type { JsonObject } from "../../src/core/data/json.ts";
import { openDatasetStore } from "../../src/datasets/open-dataset-store.ts";
import { lastMlflowRows } from "../../src/project/open-mlflow-dataset.ts";
import { type LoopbackMlflow, startLoopbackMlflow } from "../mlflow/unit/loopback-mlflow.ts";
import { startServer } from "../support/server-world.ts";
import { createWorldProject, type WorldProject } from "../support/world-project.ts";

const rowsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, at) => {
    const [row, label] = [first + at, (first + at) % 2 === 0 ? "yes" : "no"];
    return {
      dataset_record_id: `dr-${row}`,
      inputs: { text: `row ${row} says ${label}` },
      expectations: { expected_response: label },
    };
  });

interface Held {
  records: readonly JsonObject[];
  names: readonly string[];
}

/** An MLflow server whose one dataset, `reviews`, has these records in pages of 25. */
function startReviews(held: Held): Promise<LoopbackMlflow> {
  return startLoopbackMlflow(({ path }) => {
    if (path.endsWith("/datasets/search")) {
      const datasets = held.names.map((name, at) => ({ dataset_id: `d-${at}`, name, created_time: 5 }));
      return { json: { datasets } };
    }
    if (!path.includes("/records")) return { json: { dataset: { dataset_id: "d-0", name: "reviews" } } };
    const start = Number(new URLSearchParams(path.split("?")[1]).get("page_token") ?? 0);
    const records = JSON.stringify(held.records.slice(start, start + 25));
    const more = start + 25 < held.records.length ? { next_page_token: String(start + 25) } : {};
    return { json: { records, ...more } };
  });
}

function projectOn(mlflow: unknown, optimization: object = {}): WorldProject {
  const project = createWorldProject({ optimization });
  project.config.datasets["d"] = { mlflow };
  project.save();
  return project;
}

test("a run fetches every page, and is resumed and replayed from its own copy without the network", async () => {
  const held: Held = { records: rowsFrom(0, 60), names: ["reviews"] };
  const server = await startReviews(held);
  const env = { MLFLOW_TRACKING_URI: server.address };
  const project = projectOn("reviews");
  const first = await project.run(["--json"], { env });
  expect(first.exitCode, first.stderr).toBe(0);
  expect(first.json).toMatchObject({ optimizations: [{ status: "improved" }] });
  expect(server.seen.filter(({ path }) => path.includes("/records"))).toHaveLength(3);

  const [run = ""] = project.runs();
  const plan = JSON.parse(project.read(".dao-opt", "runs", run, "plan.json")) as {
    plan: { optimizations: { data: { digest: string } }[] };
  };
  const digest = JSON.stringify(plan).match(/"digest":"([0-9a-f]{64})","rows":60/)?.[1];
  expect(readdirSync(join(project.directory, ".dao-opt", "mlflow", "datasets"))).toEqual([`${digest}.json`]);

  // The rows change: a new run sees it, the earlier one does not.
  held.records = rowsFrom(100, 80);
  server.close();
  const calls = project.world.calls.length;
  const replayed = await project.run(["--replay", run, "--json"]);
  expect(replayed.exitCode, replayed.stderr).toBe(0);
  const resumed = await project.run(["--resume", run, "--json"]);
  expect(resumed.exitCode, resumed.stderr).toBe(0);
  expect(project.world.calls).toHaveLength(calls);
  const other = await startReviews(held);
  const fresh = await project.run(["--json"], { env: { MLFLOW_TRACKING_URI: other.address } });
  expect(fresh.exitCode, fresh.stderr).toBe(0);
  expect(project.world.calls.length).toBeGreaterThan(calls);
});

test("the copies are readable by their owner only", async () => {
  const server = await startReviews({ records: rowsFrom(0, 60), names: ["reviews"] });
  const project = projectOn({ dataset_id: "d-0" });
  await project.cli(["eval", "config.yaml"], { env: { MLFLOW_TRACKING_URI: server.address } });
  const folder = join(project.directory, ".dao-opt", "mlflow");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const modes = files.map((one) => statSync(join(one.parentPath, one.name)).mode & 0o077);
  expect(modes).toEqual(files.map(() => 0));
  expect(files.filter((one) => one.isFile())).toHaveLength(3);
});

test("validate and --dry-run use the last copy, else warn that the rows are unchecked, without a call", async () => {
  const server = await startReviews({ records: rowsFrom(0, 60), names: ["reviews"] });
  const env = { MLFLOW_TRACKING_URI: server.address };
  const project = projectOn("reviews");
  for (const args of [
    ["validate", "config.yaml"],
    ["run", "config.yaml", "--dry-run"],
  ]) {
    const unchecked = await project.cli([...args, "--json"], { env });
    expect(unchecked.exitCode, unchecked.stdout).toBe(0);
    expect(unchecked.stdout).toContain(
      "unchecked: the rows of d are in MLflow, and no copy of them is on this machine",
    );
  }
  const unset = await project.cli(["validate", "config.yaml"]);
  expect(unset.stderr).toContain("no address of an MLflow server is given");
  expect(server.seen).toEqual([]);

  await project.cli(["eval", "config.yaml"], { env });
  const calls = server.seen.length;
  const validated = await project.cli(["validate", "config.yaml", "--json"], { env });
  expect(validated.json).toMatchObject({
    optimizations: [{ name: "x", rows: 60 }],
    notes: expect.arrayContaining(["d: rows are the copy last fetched from MLflow"]),
  });
  const planned = await project.run(["--dry-run", "--json"], { env });
  expect(planned.json).toMatchObject({ optimizations: [{ dataset: { rows: 60 } }] });
  expect(server.seen).toHaveLength(calls);
});

test("several datasets of one name are listed with their ids", async () => {
  const server = await startReviews({ records: rowsFrom(0, 60), names: ["reviews", "reviews"] });
  const { exitCode, stderr } = await projectOn("reviews").run([], {
    env: { MLFLOW_TRACKING_URI: server.address },
  });
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain('2 MLflow datasets have the name "reviews": d-0');
  expect(stderr).toContain("d-1");
});

test("tracking.mlflow goes before the environment, and `.env` may hold the token", async () => {
  const server = await startReviews({ records: rowsFrom(0, 60), names: ["reviews"] });
  const project = projectOn("reviews");
  Object.assign(project.config, { tracking: { mlflow: server.address } });
  project.save();
  const env = { MLFLOW_TRACKING_URI: "http://127.0.0.1:9", MLFLOW_TRACKING_TOKEN: "own-token" };
  const { exitCode, stderr } = await project.cli(["eval", "config.yaml"], { env });
  expect(exitCode, stderr).toBe(0);
  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(
    server.seen.map(() => "Bearer own-token"),
  );
});

const span = (number: number, attributes: JsonObject) => ({
  trace_id: Buffer.from(number.toString(16).padStart(32, "0"), "hex").toString("base64"),
  span_id: "AAAAAAAAAAE=",
  name: "classify",
  start_time_unix_nano: "1795957290249692299",
  end_time_unix_nano: "1795957290249692299",
  attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
});

/** An MLflow server with one experiment, `app`, whose trace 0 failed. */
function startTraces(count: number): Promise<LoopbackMlflow> {
  const infos = Array.from({ length: count }, (_, at) => ({
    trace_id: `tr-${at}`,
    state: at === 0 ? "ERROR" : "OK",
    request_time: "2026-11-29T13:01:30.249Z",
    tags: { "mlflow.trace.spansLocation": "TRACKING_STORE" },
  }));
  return startLoopbackMlflow(({ path }) => {
    if (path.includes("/experiments/get-by-name"))
      return { json: { experiment: { experiment_id: "7", name: "app" } } };
    if (path.endsWith("/traces/search")) return { json: { traces: infos } };
    const wanted = new URLSearchParams(path.split("?")[1]).getAll("trace_ids");
    const traces = wanted.map((id) => {
      const at = Number(id.slice(3));
      const label = at % 2 === 0 ? "yes" : "no";
      const text = { string_value: `row ${at} says ${label}` };
      const inputs = { kvlist_value: { values: [{ key: "text", value: text }] } };
      const spans = [
        span(at + 1, { "mlflow.spanInputs": inputs, "mlflow.spanOutputs": { string_value: label } }),
      ];
      return { trace_info: { trace_id: id }, spans };
    });
    return { json: { traces } };
  });
}

test("traces of an experiment are rows with the application's answers; others are counted", async () => {
  const server = await startTraces(61);
  const env = { MLFLOW_TRACKING_URI: server.address };
  const project = projectOn(
    { experiment: "app", filter: "attributes.status = 'OK'" },
    { source_model: "large" },
  );
  const { exitCode, json, stderr } = await project.run(["--json"], { env });
  expect(exitCode, stderr).toBe(0);
  expect(json).toMatchObject({ optimizations: [{ status: "improved" }] });
  expect(stderr).toContain(
    'datasets.d: 1 of 61 traces of the MLflow experiment "app" are skipped: its status is ERROR (1)',
  );
  const search = server.seen.find(({ path }) => path.endsWith("/traces/search"));
  expect(JSON.parse(search?.body ?? "")).toMatchObject({
    filter: "attributes.status = 'OK'",
    locations: [{ mlflow_experiment: { experiment_id: "7" } }],
  });
  const validated = await project.cli(["validate", "config.yaml", "--json"], { env });
  expect(validated.json).toMatchObject({ optimizations: [{ rows: 60 }] });
  expect(JSON.stringify(validated.json)).toContain("1 of 61 traces");
});

test("collect and migrate fetch too", async () => {
  const held: Held = {
    records: rowsFrom(0, 60).map(({ inputs }) => ({ inputs })),
    names: ["reviews"],
  };
  const server = await startReviews(held);
  const env = { MLFLOW_TRACKING_URI: server.address };
  const project = projectOn("reviews", { source_model: "large" });
  const collected = await project.cli(
    [
      "collect",
      "config.yaml",
      "--inputs",
      "d",
      "--model",
      "large",
      "--prompt",
      "p",
      "--dataset",
      "answers",
      "--json",
    ],
    { env },
  );
  expect(collected.exitCode, collected.stderr).toBe(0);
  expect(collected.json).toMatchObject({ rows: 60 });
  const dry = await project.cli(["migrate", "config.yaml", "--dry-run", "--json"]);
  expect(dry.exitCode, dry.stderr).toBe(0);
  expect(dry.stdout).toContain("unchecked");
  const migrated = await project.cli(["migrate", "config.yaml", "--json"], { env });
  expect(migrated.json).toMatchObject({ rows: [{ dataset: "d", from: "collected" }] });
});

test("an unreachable server ends the run before anything is spent", async () => {
  const server = await startReviews({ records: [], names: ["reviews"] });
  const empty = await projectOn("reviews").run([], { env: { MLFLOW_TRACKING_URI: server.address } });
  expect(empty.exitCode).toBe(2);
  expect(empty.stderr).toContain('the MLflow dataset "reviews" (d-0) has no rows');
  const project = projectOn("reviews");
  const nowhere = await project.run([]);
  expect(nowhere.stderr).toContain("no address of an MLflow server is given");
  expect(nowhere.exitCode).not.toBe(0);
  expect(project.world.calls).toEqual([]);
});

test("the page shows the rows as last fetched, without the network, and says that they are a copy", async () => {
  const server = await startReviews({ records: rowsFrom(0, 60), names: ["reviews"] });
  const project = projectOn("reviews");
  const env = { MLFLOW_TRACKING_URI: server.address };
  const config = await readConfig(join(project.directory, "config.yaml"), { cwd: project.directory, env });
  const datasets = openDatasetStore({ folder: join(project.directory, ".dao-opt", "datasets") });
  const services = {
    datasets,
    project: config,
    mlflowRows: (one: MlflowRowsReference) => lastMlflowRows(config, one),
  };
  const before = await startServer({ services });
  const missing = await before.send("GET", "/ui/datasets/d?from=config");
  expect(missing.text).toContain("no copy of them is on this machine");
  expect((await project.cli(["eval", "config.yaml"], { env })).exitCode).toBe(0);
  server.close();
  const { text } = await before.send("GET", "/ui/datasets/d?from=config");
  await before.server.close(0);
  expect(text).toContain("copy last fetched from MLflow");
  expect(text).toContain(">Rows (60)</a>");
  expect(text).toContain("row 7 says no");
});
