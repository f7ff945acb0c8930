import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { JsonObject } from "../../../src/core/data/json.ts";
import { startMlflowStore } from "../../mlflow/unit/loopback-store.ts";
import { type CliOptions, runCli } from "../../support/run-cli.ts";

let cwd: string;
const cli = (args: readonly string[], options: Partial<CliOptions> = {}) =>
  runCli(["registry", ...args], { cwd, ...options });

const classifier = `---
model: gpt-4o-mini
provider: openai
temperature: 0.2
stop: END
response_format: { type: json_object }
---
Classify {{text}}
`;

async function upsert(text = classifier) {
  const filed = await cli(["upsert", "-", "--path", "main/default/x"], { stdin: text });
  expect(filed.stderr).toBe("");
}

beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), "registry-mlflow-")));
  const folder = cwd;
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

describe("push", () => {
  test("prints the URI with MLflow's number, sets the alias, and pushes no version twice", async () => {
    const server = await startMlflowStore();
    const env = { MLFLOW_TRACKING_URI: server.address };
    await upsert("---\nmodel: m\n---\nHi {{text}}");
    await upsert();
    const pushed = await cli(["push", "main/default/x@2", "--alias", "production"], { env });
    expect(pushed).toMatchObject({
      exitCode: 0,
      stderr: "",
      stdout: `prompts:/main.default.x/1 is new at ${server.address}, with the alias production\n`,
    });
    const again = await cli(["push", "prompts:/main.default.x/2", "--json"], { env });
    expect(again.json).toMatchObject({
      version: 2,
      mlflow_version: 1,
      mlflow_uri: "prompts:/main.default.x/1",
      name: "main.default.x",
      is_new: false,
      alias: null,
    });
    const made = server.seen.filter(({ path }) => path.endsWith("model-versions/create"));
    expect(made).toHaveLength(1);
    const { tags } = JSON.parse(made[0]?.body ?? "") as { tags: { key: string; value: string }[] };
    expect(Object.fromEntries(tags.map(({ key, value }) => [key, value]))).toMatchObject({
      "dao_opt.path": "main/default/x",
      "dao_opt.version": "2",
      "mlflow.prompt.text": "Classify {{text}}",
      _mlflow_prompt_type: "text",
      _mlflow_prompt_model_config:
        '{"provider":"openai","model_name":"gpt-4o-mini","temperature":0.2,"stop_sequences":["END"]}',
      _mlflow_prompt_response_format: '{"type":"json_object"}',
    });
  });

  test.each([
    ["tracking: { mlflow: 'ADDRESS' }", {}],
    ["registry: { mlflow: 'ADDRESS' }\ntracking: { mlflow: 'http://127.0.0.1:9' }", {}],
    ["tracking: { mlflow: '${env:THERE}' }", { THERE: "ADDRESS" }],
    ["registry: { mlflow: true }", { MLFLOW_TRACKING_URI: "ADDRESS" }],
  ])("finds the server by %s", async (text, env) => {
    const server = await startMlflowStore();
    const filled = (one: string) => one.replace("ADDRESS", server.address);
    await upsert();
    writeFileSync(join(cwd, "mine.yaml"), `${filled(text)}\nagents: { a: { model: missing } }\n`);
    const pushed = await cli(["push", "main/default/x", "--registry", "prompts", "--config", "mine.yaml"], {
      env: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, filled(value)])),
    });
    expect([pushed.exitCode, pushed.stderr]).toEqual([0, ""]);
  });

  test("marks Unity Catalog as not tested against Databricks", async () => {
    const server = await startMlflowStore();
    const env = {
      MLFLOW_TRACKING_URI: "databricks",
      DATABRICKS_HOST: server.address,
      DATABRICKS_TOKEN: "dapi-of-no-use",
    };
    await upsert();
    const pushed = await cli(["push", "main/default/x"], { env });
    expect(pushed).toMatchObject({
      exitCode: 0,
      stderr: "prompts in Unity Catalog are not tested against Databricks\n",
      stdout: `prompts:/main.default.x/1 is new at ${server.address}\n`,
    });
  });

  test("names what is missing: the server, the prompt, a name that MLflow takes", async () => {
    await upsert();
    const unset = await cli(["push", "main/default/x"]);
    expect([unset.exitCode, unset.stderr]).toEqual([2, expect.stringContaining("MLFLOW_TRACKING_URI")]);
    const unknown = await cli(["push", "main/default/y"], { env: { MLFLOW_TRACKING_URI: "http://m" } });
    expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining("did you mean")]);
    const latest = await cli(["push", "main/default/x", "--alias", "latest"], {
      env: { MLFLOW_TRACKING_URI: "http://m" },
    });
    expect([latest.exitCode, latest.stderr]).toEqual([2, expect.stringContaining("alias")]);
  });
});

describe("pull", () => {
  const version = (tags: Readonly<Record<string, string>>): JsonObject => ({
    name: "main.default.x",
    description: "by hand",
    tags: Object.entries({ "mlflow.prompt.is_prompt": "true", ...tags }).map(([key, value]) => ({
      key,
      value,
    })),
  });
  async function storeWith(...versions: readonly JsonObject[]) {
    const server = await startMlflowStore();
    const client = server.client();
    for (const body of versions)
      await client.call({ method: "POST", path: "/api/2.0/mlflow/model-versions/create", body });
    return { server, env: { MLFLOW_TRACKING_URI: server.address } };
  }

  test("finds a version that was pushed from here, although MLflow writes its model otherwise", async () => {
    const { env } = await storeWith();
    await upsert();
    await cli(["push", "main/default/x", "--alias", "live"], { env });
    const pulled = await cli(["pull", "prompts:/main.default.x@live"], { env });
    expect(pulled.stdout).toBe(
      "prompts:/main/default/x/1 is there already, from prompts:/main.default.x/1\n",
    );
  });

  test("stores one from another registry with its model, its path and the prompt's tags", async () => {
    const { env } = await storeWith();
    await upsert();
    await cli(["push", "main/default/x"], { env });
    const pulled = await cli(["pull", "prompts:/main.default.x/1", "--registry", "other", "--json"], { env });
    expect(pulled.json).toMatchObject({
      path: "main/default/x",
      uri: "prompts:/main/default/x/1",
      mlflow_uri: "prompts:/main.default.x/1",
      is_new: true,
    });
    const shown = await cli(["show", "main/default/x", "--registry", "other", "--json"]);
    expect(shown.json).toMatchObject({
      template: "Classify {{text}}",
      model: {
        model: "gpt-4o-mini",
        provider: "openai",
        temperature: 0.2,
        stop: ["END"],
        response_format: { type: "json_object" },
      },
    });
    const again = await cli(["pull", "prompts:/main.default.x/1", "--registry", "other", "--json"], { env });
    expect(again.json).toMatchObject({ version: 1, is_new: false });
  });

  test("stores one written in MLflow in folders, for a model that is named or already there", async () => {
    const chat = JSON.stringify([{ role: "user", content: "Hi {{name}}" }]);
    const { env } = await storeWith(
      version({ "mlflow.prompt.text": chat, _mlflow_prompt_type: "chat", team: "shop" }),
      version({ "mlflow.prompt.text": "Hello {{name}}" }),
    );
    const none = await cli(["pull", "prompts:/main.default.x/1"], { env });
    expect([none.exitCode, none.stderr]).toEqual([2, expect.stringContaining("--model gpt-4o-mini")]);
    const first = await cli(["pull", "prompts:/main.default.x/1", "--model", "small"], { env });
    expect(first.stdout).toBe("prompts:/main/default/x/1 is new, from prompts:/main.default.x/1\n");
    const second = await cli(["pull", "prompts:/main.default.x@latest"], { env });
    expect(second.stdout).toBe("prompts:/main/default/x/2 is new, from prompts:/main.default.x/2\n");
    const shown = await cli(["show", "main/default/x/1", "--json"]);
    expect(shown.json).toMatchObject({
      template: [{ role: "user", content: "Hi {{name}}" }],
      model: { model: "small" },
      version_description: "by hand",
    });
    expect((await cli(["show", "main/default/x/2", "--json"])).json).toMatchObject({
      model: { model: "small" },
    });
    expect((await cli(["list", "--json"])).json).toMatchObject([{ tags: { team: "shop" } }]);
  });

  test("names what a server does not have", async () => {
    const { env } = await storeWith();
    const missing = await cli(["pull", "prompts:/main.default.y"], { env });
    expect([missing.exitCode, missing.stderr]).toEqual([2, expect.stringContaining("main.default.y")]);
  });
});
