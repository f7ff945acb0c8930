import { afterEach, describe, expect, it } from "vitest";
import type { ModelSpec } from "../../../src/contracts/model-spec.ts";
import type { ModelPlugin } from "../../../src/contracts/plugin.ts";
import {
  azureProvider,
  databricksProvider,
  ollamaProvider,
  openaiProvider,
} from "../../../src/models/openai/openai-model.ts";
import { type LoopbackOpenAI, startLoopbackOpenAI } from "../../support/loopback-openai.ts";
import { modelSpec, noSecrets, secretsOf } from "../../support/model-specs.ts";

let server: LoopbackOpenAI | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const hello = { messages: [{ role: "user", content: "Hello" }] };

function open(plugin: ModelPlugin, changes: Partial<ModelSpec>, secrets = noSecrets) {
  const spec = modelSpec({ provider: plugin.name, ...changes });
  return plugin.create(plugin.options.parse(spec.providerOptions ?? {}) as never, { spec, secrets });
}

async function pathOf(plugin: ModelPlugin, suffix: string, changes: Partial<ModelSpec> = {}) {
  server = await startLoopbackOpenAI();
  const baseUrl = server.baseUrl.replace("/v1", suffix);
  await open(plugin, { baseUrl, ...changes }, secretsOf("key-12345678")).complete(hello);
  return server.requests[0];
}

describe("a missing key", () => {
  it.each<[ModelPlugin, string | undefined, string, string]>([
    [openaiProvider, undefined, "OPENAI_API_KEY", ""],
    [openaiProvider, "https://gateway.example/v1", "OPENAI_API_KEY", ""],
    [
      ...([azureProvider, "https://example.openai.azure.com", "AZURE_OPENAI_API_KEY"] as const),
      ", or azure_ad_token of it; to sign in with Entra ID: npm install @azure/identity@4",
    ],
    [
      ...([databricksProvider, "https://example.cloud.databricks.com", "DATABRICKS_TOKEN"] as const),
      ", or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET",
    ],
  ])("is reported before anything is sent ($name, %s)", async (plugin, baseUrl, variable, others) => {
    const model = open(plugin, baseUrl === undefined ? {} : { baseUrl });
    await expect(model.complete(hello)).rejects.toMatchObject({
      kind: "auth",
      isFatal: true,
      message: `no API key for model "gpt-4o-mini" (provider ${plugin.name})`,
      hint: `set ${variable}, or api_key of resources.llms.target${others}`,
    });
  });

  it("is not needed when the endpoint is on this machine", async () => {
    server = await startLoopbackOpenAI();
    expect(await open(openaiProvider, { baseUrl: server.baseUrl }).complete(hello)).toMatchObject({
      text: "ok",
    });
  });

  it("is not needed when a header replaces it", async () => {
    server = await startLoopbackOpenAI({ apiKey: "by-header" });
    const secrets = { headers: secretsOf("", { Authorization: "Bearer by-header" }).headers };
    expect(await open(openaiProvider, { baseUrl: server.baseUrl }, secrets).complete(hello)).toMatchObject({
      text: "ok",
    });
  });
});

describe("a missing address", () => {
  it.each<[ModelPlugin, string]>([
    [azureProvider, "AZURE_OPENAI_ENDPOINT"],
    [databricksProvider, "DATABRICKS_HOST"],
  ])("is reported before anything is sent ($name)", async (plugin, variable) => {
    await expect(open(plugin, {}, secretsOf("key-12345678")).complete(hello)).rejects.toMatchObject({
      kind: "unreachable",
      message: `no address for model "gpt-4o-mini" (provider ${plugin.name})`,
      hint: `set ${variable}, or base_url of resources.llms.target`,
    });
  });

  it("is reported when it is not a valid URL", async () => {
    await expect(open(openaiProvider, { baseUrl: "localhost/v1" }).complete(hello)).rejects.toMatchObject({
      kind: "unreachable",
      message: 'the address of model "gpt-4o-mini" (provider openai) is not a valid URL: localhost/v1',
    });
  });
});

describe("azure", () => {
  it("calls a deployment, with the key in its own header and an API version", async () => {
    const request = await pathOf(azureProvider, "/", { providerOptions: { api_version: "2025-01-01" } });
    expect(request?.path).toBe("/openai/deployments/gpt-4o-mini/chat/completions?api-version=2025-01-01");
    expect(request?.headers["api-key"]).toBe("key-12345678");
  });

  it("treats the newer API of a resource as a plain endpoint", async () => {
    const request = await pathOf(azureProvider, "/openai/v1/");
    expect(request?.path).toBe("/openai/v1/chat/completions");
    expect(request?.headers.authorization).toBe("Bearer key-12345678");
  });

  it("rejects unknown options", () => {
    expect(azureProvider.options.safeParse({ apiversion: "x" }).success).toBe(false);
  });
});

describe("databricks and ollama", () => {
  it("calls the serving endpoints of a workspace", async () => {
    expect((await pathOf(databricksProvider, ""))?.path).toBe("/serving-endpoints/chat/completions");
  });

  it("keeps a given path", async () => {
    expect((await pathOf(databricksProvider, "/custom"))?.path).toBe("/custom/chat/completions");
  });

  it("calls ollama's OpenAI API without a key", async () => {
    server = await startLoopbackOpenAI();
    await open(ollamaProvider, { baseUrl: server.baseUrl.replace("/v1", "") }).complete(hello);
    expect(server.requests[0]?.path).toBe("/v1/chat/completions");
  });

  it("explains how to download a model that ollama lacks", async () => {
    server = await startLoopbackOpenAI({ models: ["qwen3"] });
    await expect(
      open(ollamaProvider, { baseUrl: server.baseUrl, name: "llama3" }).complete(hello),
    ).rejects.toMatchObject({
      kind: "model_not_found",
      hint: 'check name ("llama3") and base_url of resources.llms.target; or download it: ollama pull llama3',
    });
  });
});
