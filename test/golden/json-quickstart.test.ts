import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startMlflowStore } from "../mlflow/unit/loopback-store.ts";
import { goldenProject } from "../support/golden-json.ts";

const project = goldenProject("quickstart");

const path = "main/default/sentiment_classifier";
const small = [
  "--set=optimizations.prompt_optimizations.optimize_sentiment.max_steps=1",
  "--set=optimizations.prompt_optimizations.optimize_sentiment.num_candidates=2",
  "--set=datasets.tweets.split={train: 0.1, validation: 0.1, test: 0.2}",
];

const file = (...parts: readonly string[]) => join(project.directory, ...parts);
const write = (name: string, text: string) => writeFileSync(file(name), text);
const lines = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

// One story: each test goes on where the one before has ended.
test("a config is checked and planned", async () => {
  await project.json("validate", ["config.yaml"]);
  await project.json("doctor", ["config.yaml"]);
  await project.json("run", ["config.yaml", "--dry-run"], { variant: "dry" });
  await project.json("validate", ["config.yaml", "--set=datasets.tweets.path=none.jsonl"], {
    variant: "broken",
    exitCode: 2,
  });
  await project.json("migrate", ["config.yaml", "--dry-run"], { variant: "dry" });
});

test("the headroom is tested before a run", async () => {
  await project.json("headroom", ["config.yaml"]);
  await project.json("run", ["config.yaml", "--dry-run", "--probe"], { variant: "probe" });
});

test("run, runs, report and eval", async () => {
  const { json } = await project.json("run", ["config.yaml", ...small]);
  const { run } = json as { run: string };
  await project.json("runs list");
  await project.json("runs show", [run]);
  await project.json("report", [run]);
  await project.json("eval", ["config.yaml", ...small, "--split", "validation"]);
  await project.json("validate", ["config.yaml"], { variant: "registered" });
  await project.json("runs merge", [run]);
});

test("the registered prompt can be read", async () => {
  await project.json("registry list");
  await project.json("registry show", [`${path}/2`]);
  await project.json("registry show", [`${path}/9`], { variant: "missing", exitCode: 2 });
  await project.json("registry history", [path]);
  await project.json("registry diff", [`${path}/1`, `${path}/2`]);
  await project.json("registry verify");
  await project.json("registry export");
  await project.json("registry export", ["registry.json"], { variant: "file" });
  await project.json("registry import", ["registry.json", "--registry", "copy"]);
  await project.json("registry types", ["prompts.d.ts"]);
});

test("a stored prompt is called, and the calls are traces", async () => {
  await project.json("call", [
    path,
    "--input",
    "text=a fine day",
    "--user",
    "u1",
    "--metadata",
    "tenant=acme",
  ]);
  await project.json("call", [path, "--input", "text=so sad", "--num-samples", "2"], { variant: "samples" });
  await project.json("call", [path], { variant: "no-input", exitCode: 2 });
  const { json } = await project.json("traces list", ["--search", "fine"]);
  const [{ trace_id: trace }] = json as [{ trace_id: string }];
  await project.json("feedback", [trace, "--rating", "0.2", "--better", "positive", "--by", "me"]);
  await project.json("traces show", [trace]);
  await project.json("traces export", ["--format", "dataset", "--output", "rows.jsonl"]);
  await project.served("traces tail", ["--search", "fine"]);
  await project.json("traces delete", [trace, "--yes"]);
  expect(readFileSync(file("rows.jsonl"), "utf8")).toContain("a fine day");
});

test("rows are collected, imported and kept in datasets", async () => {
  write("inputs.jsonl", lines([{ text: "What a lovely day" }, { text: "It is a table" }]));
  const source = ["--model", "large", "--prompt", "sentiment_classifier"];
  await project.json("collect", ["config.yaml", ...source, "--inputs", "inputs.jsonl", "--dataset", "mine"]);
  write("more.csv", "text,label\nIt rains,neutral\nI hate it,negative\nI love it,positive\nOk,neutral\n");
  await project.json("collect import", [
    "more.csv",
    "--dataset",
    "more",
    "--inputs",
    "text",
    "--expected",
    "label",
  ]);
  await project.json("dataset merge", ["mine", "more"]);
  await project.json("dataset list");
  await project.json("dataset show", ["mine", "--limit", "2"]);
  await project.json("dataset stats", ["data/tweets.jsonl"]);
  await project.json("dataset validate", ["mine"]);
  await project.json("dataset split", ["data/tweets.jsonl", "--output", "tweets"]);
  await project.json("dataset export", ["mine", "--output", "mine.csv"]);
});

test("environments are moved and versions filed, moved and deleted", async () => {
  await project.json("registry environment add", ["staging"]);
  await project.json("registry environment list");
  await project.json("registry deploy", [`${path}@2`, "--note", "trial"]);
  await project.json("registry deploy", [`${path}@2`, "--environment", "staging"], { variant: "staging" });
  await project.json("registry rollback", [path]);
  await project.json("registry undeploy", [path, "--environment", "staging"]);
  write("hello.prompt", "---\nmodel: offline/small\nprovider: offline\n---\nSay hello to {{name}}.\n");
  await project.json("registry upsert", ["hello.prompt", "--path", "hello", "--version-name", "first"]);
  await project.json("registry rename-version", ["hello@1", "greeting"]);
  await project.json("registry move", ["hello", "main/hello"]);
  await project.json("registry delete", ["main/hello", "--yes"]);
});

test("versions are pushed to MLflow and pulled from it", async () => {
  const env = { MLFLOW_TRACKING_URI: (await startMlflowStore()).address };
  await project.json("registry push", [`${path}@2`, "--alias", "production"], { env });
  await project.json("registry pull", ["prompts:/main.default.sentiment_classifier@production"], { env });
});

test("servers print where they listen", async () => {
  await project.served("serve", ["--port", "0"]);
  await project.served("collect proxy", [
    "--port",
    "0",
    "--dataset",
    "mine",
    "--upstream",
    "http://127.0.0.1:9/v1",
  ]);
  await project.served("offline-server", ["--port", "0"]);
});

test("a project is written", async () => {
  await project.json("init", ["new"]);
  project.expectNoOthers();
});
