import { afterEach, describe, expect, it } from "vitest";
import { modelOfCall } from "../../../src/calls/prompt/version/model-of-version.ts";
import { startLoopbackOpenAI } from "../../support/loopback-openai.ts";
import { type CallWorld, openCallWorld } from "./call-world.ts";

const key = "key-0123456789";

describe("the model of a version", () => {
  const at = (
    provider: string | undefined,
    env: Record<string, string>,
    keys: Record<string, string> = {},
  ) => {
    const { spec, secrets, isPriced } = modelOfCall({ model: "m", ...(provider && { provider }) }, env, keys);
    return [spec.provider, spec.baseUrl, secrets.apiKey?.reveal(), isPriced];
  };

  it.each([
    ["nothing named", undefined, {}, ["openai", undefined, undefined, true]],
    [
      "openai",
      "openai",
      { OPENAI_API_KEY: key, OPENAI_BASE_URL: "http://a/v1" },
      ["openai", "http://a/v1", key, true],
    ],
    [
      "openai, empty variables",
      "openai",
      { OPENAI_API_KEY: "", OPENAI_BASE_URL: "" },
      ["openai", undefined, undefined, true],
    ],
    [
      "azure",
      "azure",
      { AZURE_OPENAI_API_KEY: key, AZURE_OPENAI_ENDPOINT: "r.azure.com" },
      ["azure", "https://r.azure.com", key, true],
    ],
    [
      "openai_azure",
      "openai_azure",
      { AZURE_OPENAI_API_KEY: key, AZURE_OPENAI_ENDPOINT: "https://r" },
      ["azure", "https://r", key, true],
    ],
    [
      "databricks",
      "databricks",
      { DATABRICKS_TOKEN: key, DATABRICKS_HOST: "w.com" },
      ["databricks", "https://w.com/serving-endpoints", key, false],
    ],
    [
      "ollama",
      "ollama",
      { OLLAMA_HOST: "0.0.0.0" },
      ["ollama", "http://localhost:11434/v1", undefined, false],
    ],
    ["offline", "offline", {}, ["offline", undefined, undefined, false]],
    ["mock", "mock", {}, ["offline", undefined, undefined, false]],
    [
      "groq",
      "groq",
      { GROQ_BASE_URL: "https://g/v1", GROQ_API_KEY: key },
      ["groq", "https://g/v1", key, true],
    ],
    [
      "my-own",
      "my-own",
      { MY_OWN_BASE_URL: "http://127.0.0.1:1/v1" },
      ["my-own", "http://127.0.0.1:1/v1", undefined, false],
    ],
  ] as const)("of provider %s", (_, provider, env, expected) => {
    expect(at(provider, env)).toEqual(expected);
  });

  it("prefers the call's own key to the environment's, each provider its own", () => {
    const env = {
      OPENAI_API_KEY: "env-key",
      AZURE_OPENAI_API_KEY: "env-azure",
      AZURE_OPENAI_ENDPOINT: "https://r",
    };
    const keys = { openai: key, openai_azure: "azure-key", anthropic: "other" };
    expect(at("openai", env, keys)[2]).toBe(key);
    expect(at("openai_azure", env, keys)[2]).toBe("azure-key");
    expect(at("azure", env, keys)[2]).toBe("azure-key");
    expect(at("openai", env, { anthropic: "other" })[2]).toBe("env-key");
    expect(at("anthropic", { ANTHROPIC_BASE_URL: "https://c" }, keys)[2]).toBe("other");
  });

  it("never sends the environment's key to an address from a call", () => {
    const env = { AZURE_OPENAI_API_KEY: "env-azure", AZURE_OPENAI_ENDPOINT: "https://r" };
    const endpoint = { openai_azure_endpoint: "https://elsewhere" };
    expect(at("azure", env, endpoint)).toEqual(["azure", "https://r", "env-azure", true]);
    expect(at("azure", env, { ...endpoint, openai_azure: key })).toEqual([
      "azure",
      "https://elsewhere",
      key,
      true,
    ]);
    expect(at("openai", {}, { ...endpoint, openai: key })[1]).toBeUndefined();
  });

  it("reads the version of Azure's API from its variable", () => {
    const options = (env: Record<string, string>) =>
      modelOfCall({ model: "m", provider: "azure" }, env, {}).spec.providerOptions;
    expect(options({ OPENAI_API_VERSION: "2025-01-01" })).toEqual({ api_version: "2025-01-01" });
    expect(options({})).toBeUndefined();
  });

  it.each([
    ["acme", 'no client for provider "acme"', "set ACME_BASE_URL (and ACME_API_KEY)"],
    ["./evil.js", 'provider "./evil.js" cannot be called', "store a version with one of the providers"],
    [
      "/abs/evil.js",
      "calls do not load code named in a registry",
      "openai, azure, databricks, ollama, openrouter, groq",
    ],
  ])("does not exist for provider %s: %s", (provider, message, hint) => {
    expect(() => at(provider, {})).toThrow(
      expect.objectContaining({
        code: "usage_invalid",
        message: expect.stringContaining(message),
        hint: expect.stringContaining(hint),
      }),
    );
  });
});

describe("calls by provider", () => {
  let world: CallWorld;
  afterEach(() => world.close());

  it("azure: the deployment in the path, the key in its header, the version of the API in the query", async () => {
    world = await openCallWorld({}, { env: {} });
    await world.file("Hi", { provider: "openai_azure", model: "my-deployment" });
    const address = world.server.baseUrl.replace(/\/v1$/, "");
    await world.call({
      providerApiKeys: { openai_azure: "sk-loopback-0123456789", openai_azure_endpoint: address },
    });
    const [request] = world.server.requests;
    expect(request?.path).toBe("/openai/deployments/my-deployment/chat/completions?api-version=2024-10-21");
    expect(request?.headers["api-key"]).toBe("sk-loopback-0123456789");
    expect(world.traces).toMatchObject([{ provider: "openai_azure", model: "my-deployment" }]);
  });

  it("ollama and other OpenAI-compatible providers: no key needed on this machine", async () => {
    world = await openCallWorld();
    const open = await startLoopbackOpenAI();
    const { baseUrl } = open;
    const env = { OLLAMA_HOST: baseUrl.replace(/\/v1$/, ""), GROQ_BASE_URL: baseUrl };
    const { callPrompt } = await import("../../../src/calls/prompt/call-prompt.ts");
    for (const [at, provider] of ["ollama", "groq"].entries()) {
      await world.file("Hi", { provider });
      const { output } = await callPrompt({ ...world.services, env }, { path: `x@${at + 1}` });
      expect(output).toBe("ok");
    }
    expect(open.requests).toHaveLength(2);
    for (const { headers } of open.requests) expect(headers).not.toHaveProperty("authorization");
    await open.close();
  });

  it.each(["mock", "offline"])("%s: answered here, streamed too, without a price", async (provider) => {
    world = await openCallWorld({}, { env: {} });
    await world.file(
      "Classify the sentiment of the text as positive, negative or neutral.\nAnswer with one word only.\n\nText: {{text}}",
      {
        ...{ provider, model: "offline/large" },
      },
    );
    const inputs = { text: "I love it" };
    const response = await world.call({ inputs });
    expect(response).toMatchObject({ output: "positive", promptCostUsd: null, outputCostUsd: null });
    expect(response.promptTokens).toBeGreaterThan(0);
    expect((await world.read({ inputs })).response.output).toBe("positive");
    expect(world.server.count).toBe(0);
  });

  it("offline: rejects invalid requests as an endpoint does", async () => {
    world = await openCallWorld();
    await world.file("Hi", { provider: "offline", temperature: 9 });
    await expect(world.call()).rejects.toMatchObject({ code: "model_failed", status: 400 });
    expect(world.traces).toMatchObject([{ error: expect.stringContaining("temperature") }]);
  });

  it("without a key: nothing is sent, and the failed call is logged", async () => {
    world = await openCallWorld({}, { env: {} });
    await world.file("Hi");
    await expect(world.call()).rejects.toMatchObject({
      code: "model_auth",
      message: 'no API key for model "gpt-4o-mini" (provider openai)',
      hint: expect.stringContaining("set OPENAI_API_KEY"),
    });
    expect(world.traces).toMatchObject([{ output: null, error: expect.stringContaining("no API key") }]);
  });

  it("sends a budget of reasoning tokens as an effort level, and everything else in a prompt", async () => {
    world = await openCallWorld();
    await world.file("Hi", {
      ...{ model: "o3-mini", reasoningEffort: 2048, stop: ["END"], seed: 7, maxTokens: 50, temperature: 0 },
      ...{
        responseFormat: { type: "json_object" },
        other: { service_tier: "flex" },
        attributes: { team: "a" },
      },
    });
    await world.call();
    expect(world.server.requests[0]?.body).toEqual({
      ...{ model: "o3-mini", messages: [{ role: "user", content: "Hi" }], max_completion_tokens: 50 },
      ...{ stop: ["END"], seed: 7, response_format: { type: "json_object" }, temperature: 0 },
      ...{ reasoning_effort: "medium", service_tier: "flex" },
    });
  });
});
