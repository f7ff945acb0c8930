import { describe, expect, it } from "vitest";
import type { ModelConfiguration } from "../../../src/core/prompt/prompt.ts";
import { mlflowModelConfig, modelConfigurationOf } from "../../../src/mlflow/prompts/model-config.ts";
import { mlflowPromptName, pathOfMlflowPrompt } from "../../../src/mlflow/prompts/prompt-name.ts";
import { parseMlflowPromptReference } from "../../../src/mlflow/prompts/prompt-reference.ts";
import { checkPromptPush, type PromptPush } from "../../../src/mlflow/prompts/prompt-version.ts";
import { pullPrompt } from "../../../src/mlflow/prompts/pull-prompt.ts";
import { pushPrompt } from "../../../src/mlflow/prompts/push-prompt.ts";
import { type LoopbackAnswer, startLoopbackMlflow } from "./loopback-mlflow.ts";
import { startMlflowStore } from "./loopback-store.ts";

const push: PromptPush = { path: "main/default/x", versionId: "prv_1", template: "Hello {{name}}" };

describe("names", () => {
  it.each([
    ["main/default/x", {}, "main.default.x", "main/default/x"],
    ["a.b/c", { "dao_opt.path": "a.b/c" }, "a.b.c", "a.b/c"],
    ["single", {}, "single", "single"],
    ["a/b", { "dao_opt.path": "a/b" }, "a.b", "a/b"],
  ])("%s", (path, tags, name, back) => {
    expect(mlflowPromptName(path)).toBe(name);
    expect(pathOfMlflowPrompt(name, tags)).toBe(back);
  });

  it("without three parts are unchanged if there is no tag", () => {
    expect(["a.b", "a.b.c.d", "a..c"].map((name) => pathOfMlflowPrompt(name, {}))).toEqual([
      "a.b",
      "a.b.c.d",
      "a..c",
    ]);
  });

  it.each([
    [{ path: "main/my prompt" }, 'holds " "'],
    [{ path: "main/größe" }, 'holds "ö"'],
    [{ path: "x".repeat(257) }, "over 256 characters"],
    [{ alias: "latest" }, "always the newest"],
    [{ alias: "v2" }, "number of a version"],
    [{ alias: "pro/d" }, "letters, digits"],
    [{ template: "x".repeat(100_001) }, "the template of main/default/x has 100,001 characters"],
    [{ tags: { note: "x".repeat(100_001) } }, "the tag note"],
    [{ tags: { ["k".repeat(251)]: "" } }, "key over 250 characters"],
  ])("%o is rejected before anything is sent", async (changes, message) => {
    const server = await startLoopbackMlflow(() => ({}));
    await expect(pushPrompt(server.client(), { ...push, ...changes })).rejects.toThrow(message);
    expect(server.seen).toEqual([]);
  });

  it("count code points, as MLflow does, not UTF-16 units", () => {
    expect(checkPromptPush({ ...push, template: "😀".repeat(100_000) })).toBe("main.default.x");
  });
});

describe("references", () => {
  it.each([
    ["prompts:/main.default.x/2", { name: "main.default.x", version: 2 }],
    ["prompts:/main/default/x/2", { name: "main/default/x", version: 2 }],
    ["prompts:/x@production", { name: "x", alias: "production" }],
    ["x@3", { name: "x", version: 3 }],
    ["x@latest", { name: "x", alias: "latest" }],
    ["prompts:/x", { name: "x" }],
  ])("%s", (text, reference) => {
    expect(parseMlflowPromptReference(text)).toEqual(reference);
  });

  it.each(["", "prompts:/", "@live", "x@", "a b", "http://x/y"])("%j is refused", (text) => {
    expect(() => parseMlflowPromptReference(text)).toThrow("does not name a prompt of MLflow");
  });
});

describe("model configurations", () => {
  const model: ModelConfiguration = {
    model: "gpt-4o",
    provider: "openai",
    temperature: 0,
    maxTokens: 100,
    topP: 0.9,
    stop: ["END"],
    seed: 7,
    frequencyPenalty: 0.1,
    presencePenalty: 0.2,
    reasoningEffort: "low",
    tools: [{ type: "function" }],
    toolChoice: "auto",
    endpoint: "chat",
    attributes: { team: "x" },
    other: { logprobs: true },
  };

  it("are restored unchanged from MLflow's keys", () => {
    const written = mlflowModelConfig(model);
    expect(written).toMatchObject({
      model_name: "gpt-4o",
      max_tokens: 100,
      stop_sequences: ["END"],
      logprobs: true,
    });
    expect(modelConfigurationOf(written, { type: "json_object" })).toEqual({
      ...model,
      responseFormat: { type: "json_object" },
    });
  });

  it("without a model are omitted", () => {
    expect(modelConfigurationOf({ temperature: 0 }, undefined)).toBeUndefined();
    expect(modelConfigurationOf(undefined, undefined)).toBeUndefined();
  });
});

describe("a push", () => {
  it("whose answer was lost finds the version that was made", async () => {
    const server = await startMlflowStore((route) =>
      route === "model-versions/create" ? (response) => response.destroy() : undefined,
    );
    expect(await pushPrompt(server.client(), push)).toMatchObject({ version: 1 });
    expect(server.seen.filter(({ path }) => path.endsWith("/create"))).toHaveLength(2);
  });

  it("finds a prompt created concurrently, and fails if it does not exist", async () => {
    const taken: LoopbackAnswer = {
      status: 400,
      json: { error_code: "RESOURCE_ALREADY_EXISTS", message: "there" },
    };
    const server = await startMlflowStore((route) =>
      route === "registered-models/create" ? taken : undefined,
    );
    await expect(pushPrompt(server.client(), push)).rejects.toMatchObject({ kind: "conflict" });
  });

  it("gives every message a content, which MLflow's client wants", async () => {
    const server = await startMlflowStore();
    const template = [{ role: "assistant", content: null, tool_calls: [] }];
    await pushPrompt(server.client(), { ...push, template });
    const { body } = server.seen.find(({ path }) => path.endsWith("model-versions/create")) ?? { body: "{}" };
    const tags = (JSON.parse(body) as { tags: { key: string; value: string }[] }).tags;
    expect(tags).toContainEqual({
      key: "mlflow.prompt.text",
      value: '[{"role":"assistant","content":"","tool_calls":[]}]',
    });
  });
});

describe("Unity Catalog", () => {
  it("gets prompts over paths of its own, once, with keys without dots", async () => {
    const server = await startMlflowStore();
    const client = server.client({}, { kind: "none" }, "databricks");
    const uc = {
      ...push,
      alias: "live",
      tags: { "dao_opt.run": "r_1" },
      responseFormat: { type: "json_object" },
    };
    const pushed = await pushPrompt(client, uc);
    expect(pushed).toEqual({
      name: "main.default.x",
      version: 1,
      uri: "prompts:/main.default.x/1",
      isNew: true,
    });
    expect(await pushPrompt(client, uc)).toEqual({ ...pushed, isNew: false });
    const made = server.seen.find(({ path }) => path.endsWith("/main.default.x/versions"));
    expect(JSON.parse(made?.body ?? "")).toMatchObject({
      name: "main.default.x",
      prompt_version: {
        template: '"Hello {{name}}"',
        tags: expect.arrayContaining([
          { key: "dao_opt_run", value: "r_1" },
          { key: "dao_opt_version_id", value: "prv_1" },
          { key: "_mlflow_prompt_type", value: "text" },
        ]),
      },
    });
    expect(server.seen.map(({ path }) => path)).toContain(
      "/api/2.0/mlflow/unity-catalog/prompts/main.default.x/aliases/live",
    );
    expect(await pullPrompt(client, "main/default/x")).toMatchObject({
      path: "main/default/x",
      version: 1,
      template: "Hello {{name}}",
      versionId: "prv_1",
      responseFormat: { type: "json_object" },
    });
  });

  it("takes names of three parts only", async () => {
    const server = await startMlflowStore();
    const client = server.client({}, { kind: "none" }, "databricks");
    await expect(pushPrompt(client, { ...push, path: "x" })).rejects.toThrow("catalog.schema.name");
    expect(server.seen).toEqual([]);
  });
});
