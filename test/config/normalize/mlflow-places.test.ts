import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readMlflowPlaces } from "../../../src/config/read-folders.ts";
import { issuesOf, readText } from "../read-text.ts";

test.each([
  ["agents: {}", {}],
  ["registry: { mlflow: false }", {}],
  ["registry: { mlflow: true }", { registryMlflow: true }],
  ["registry: { mlflow: http://m:5000 }", { registryMlflow: "http://m:5000" }],
  ["tracking: { mlflow: databricks }", { tracking: { mlflow: "databricks", experiment: "dao-opt" } }],
  ["tracking: { mlflow: http://m, experiment: x }", { tracking: { mlflow: "http://m", experiment: "x" } }],
])("%s", async (text, places) => {
  const { registryMlflow, tracking } = await readText(text);
  expect({ registryMlflow, tracking }).toEqual(places);
});

test("tracking needs an address, and takes no other keys", async () => {
  expect(await issuesOf("tracking: { experiment: x }")).toEqual([expect.stringContaining("tracking.mlflow")]);
  expect(await issuesOf("tracking: { mlflow: databricks, experimnt: x }")).toEqual([
    expect.stringContaining("experiment"),
  ]);
});

test("are read, with the environment beside the config, where the rest of the file is incomplete", async () => {
  const cwd = mkdtempSync(join(tmpdir(), "places-"));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  writeFileSync(
    join(cwd, "config.yaml"),
    "registry: { mlflow: true }\ntracking: { mlflow: '${env:HOST}' }\nagents: { a: { model: missing } }\n",
  );
  writeFileSync(join(cwd, ".env"), "HOST=http://m\n");
  expect(await readMlflowPlaces("config.yaml", { cwd, env: {} })).toEqual({
    registryMlflow: true,
    tracking: { mlflow: "http://m", experiment: "dao-opt" },
    env: { HOST: "http://m" },
  });
});
