import { appendFileSync, cpSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runOutputSchema } from "../../src/cli/commands/run/output.ts";
import { isJsonObject, type JsonObject } from "../../src/core/data/json.ts";
import { experimentIdOf } from "../../src/mlflow/experiments.ts";
import { objectsOf } from "../../src/mlflow/read-pages.ts";
import { runCli } from "../support/run-cli.ts";
import { repository } from "../support/spawn-cli.ts";
import { type MlflowServer, startMlflowServer } from "./mlflow-server.ts";

let server: MlflowServer;
let cwd: string;

beforeAll(async () => {
  server = await startMlflowServer();
  cwd = realpathSync(mkdtempSync(join(tmpdir(), "dao-opt-mlflow-run-")));
  cpSync(join(repository, "examples/quickstart"), cwd, {
    recursive: true,
    filter: (path) => !/[\\/](prompts|\.dao-opt)$/.test(path),
  });
  appendFileSync(
    join(cwd, "config.yaml"),
    `\nregistry: { mlflow: true }\ntracking: { mlflow: "${server.address}", experiment: shop }\n`,
  );
});
afterAll(async () => {
  await server?.stop();
  rmSync(cwd, { recursive: true, force: true });
});

const namedValues = (json: unknown) =>
  Object.fromEntries(objectsOf(json as never).map(({ key, value }) => [String(key), value]));

it("the quickstart's winner is loaded by MLflow's client, and its run has scores, inputs and files", async () => {
  const { client, python, env } = server;
  const { exitCode, json, stderr } = await runCli(["run", "config.yaml", "--json"], { cwd });
  expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining("MLflow did not get")]);
  const output = runOutputSchema.parse(json);
  const [one] = output.optimizations;
  const uri = one?.optimized?.mlflow_uri;
  expect(uri).toBe("prompts:/main.default.sentiment_classifier/1");

  const loaded = await python.run("mlflow_load_prompts.py", {
    ...env,
    URIS: JSON.stringify([uri]),
    VALUES: JSON.stringify({ text: "good" }),
  });
  expect(loaded).toMatchObject([
    {
      template: one?.optimized?.template,
      variables: ["text"],
      model_config: { model_name: "offline/small", provider: "offline" },
      tags: { "dao_opt.run": output.run, "dao_opt.gate": "improved" },
    },
  ]);

  const search = { experiment_ids: [await experimentIdOf(client, "shop")] };
  const { runs } = await client.call({ method: "POST", path: "/api/2.0/mlflow/runs/search", body: search });
  const [run, ...others] = objectsOf(runs);
  expect(others).toEqual([]);
  const { info, data, inputs } = run as Readonly<Record<"info" | "data" | "inputs", JsonObject>>;
  expect(info).toMatchObject({ status: "FINISHED", run_name: `optimize_sentiment ${output.run}` });
  expect(namedValues(data["params"])).toMatchObject({
    target_model: "offline/small",
    reflection_model: "offline/large",
    seed: "42",
  });
  const { test } = one?.scores ?? {};
  expect(namedValues(data["metrics"])).toMatchObject({
    initial_eval_score: test?.base,
    final_eval_score: test?.optimized,
    gain_interval_low: test?.interval[0],
    gain_interval_high: test?.interval[1],
    calls: one?.usage.total.calls,
  });
  expect(namedValues(data["tags"])).toMatchObject({
    "dao_opt.status": "improved",
    "mlflow.linkedPrompts": '[{"name":"main.default.sentiment_classifier","version":"1"}]',
  });
  const names = objectsOf(inputs["dataset_inputs"]).map(({ dataset }) =>
    isJsonObject(dataset) ? dataset["name"] : undefined,
  );
  expect(names.sort()).toEqual(["tweets/test", "tweets/train", "tweets/validation"]);
  const listed = await client.call({
    method: "GET",
    path: "/api/2.0/mlflow/artifacts/list",
    query: { run_id: String(info["run_id"]) },
  });
  expect(objectsOf(listed["files"]).map(({ path }) => path)).toEqual(["record.json", "report.html"]);
});

it("a version pushed under an alias comes back from MLflow into another registry", async () => {
  const env = { MLFLOW_TRACKING_URI: server.address };
  const path = "main/default/sentiment_classifier";
  const pushed = await runCli(["registry", "push", `${path}/1`, "--alias", "before"], { cwd });
  expect(pushed.stdout).toContain("prompts:/main.default.sentiment_classifier/2 is new");
  const pulled = await runCli(
    [
      "registry",
      "pull",
      "prompts:/main.default.sentiment_classifier@before",
      "--registry",
      "other",
      "--json",
    ],
    { cwd, env },
  );
  expect(pulled.json).toMatchObject({ path, is_new: true });
  const digests: unknown[] = [];
  for (const registry of ["prompts", "other"]) {
    const shown = await runCli(["registry", "show", `${path}/1`, "--registry", registry, "--json"], { cwd });
    digests.push((shown.json as { readonly digest: unknown }).digest);
  }
  expect(digests).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), digests[0]]);
});
