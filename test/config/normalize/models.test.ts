import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { issuesOf, readText, withOptimization } from "../read-text.ts";

async function model(fields: string, env: Record<string, string> = {}) {
  const config = await readText(`resources: { llms: { m: { name: gpt-4o-mini-2024-07-18, ${fields} } } }`, {
    env,
  });
  const found = config.models["m"];
  if (found === undefined) throw new Error("no model m");
  return found;
}

test("every parameter in long form", async () => {
  const { spec } = await model(
    "temperature: 0.1, top_p: 0.9, max_tokens: 5, stop: [a], seed: 1, presence_penalty: 0.1, frequency_penalty: 0.2, " +
      "response_format: { type: json_object }, reasoning_effort: low, tools: [{ type: function }], tool_choice: auto, " +
      "other: { logit_bias: { a: 1 } }, limits: { concurrency: 1, requests_per_minute: 2, tokens_per_minute: 3 }, " +
      "timeout_seconds: 1.5, retries: 0",
  );
  expect(spec).toEqual({
    key: "m",
    name: "gpt-4o-mini-2024-07-18",
    provider: "openai",
    parameters: {
      temperature: 0.1,
      topP: 0.9,
      maxTokens: 5,
      stop: ["a"],
      seed: 1,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      responseFormat: { type: "json_object" },
      reasoningEffort: "low",
      tools: [{ type: "function" }],
      toolChoice: "auto",
      other: { logit_bias: { a: 1 } },
    },
    price: { input: 0.15, output: 0.6, cachedInput: 0.075 },
    limits: { concurrency: 1, requestsPerMinute: 2, tokensPerMinute: 3 },
    timeoutMs: 1500,
    retries: 0,
    fallbacks: [],
  });
});

test("rate limit patience and reasoning, which a spec omits by default", async () => {
  const { spec } = await model("rate_limit_patience_seconds: 20.5, reasoning: keep");
  expect(spec).toMatchObject({ rateLimitPatienceMs: 20_500, reasoning: "keep" });
  const plain = (await model("seed: 1")).spec;
  expect(Object.keys(plain)).toEqual(expect.not.arrayContaining(["rateLimitPatienceMs", "reasoning"]));
  expect(await issuesOf("resources: { llms: { m: { name: a, reasoning: drop } } }")).toEqual([
    expect.stringMatching(/resources\.llms\.m\.reasoning: .*strip.*keep/),
  ]);
});

test("max_tokens: -1 leaves the limit to the endpoint", async () => {
  expect((await model("max_tokens: -1")).spec.parameters).toEqual({});
});

test("latency and faults of an offline model", async () => {
  const { spec } = await model("provider: offline, simulate: { fault_rate: 0.1 }");
  expect(spec.simulate).toEqual({ latencyMs: 0, faultRate: 0.1, seed: 1 });
  expect(spec.price).toBeUndefined();
});

test("fallbacks: by key, and inline", async () => {
  const config = await readText(
    "resources: { llms: { a: { name: a, fallbacks: [b, { name: c, seed: 1 }] }, b: { name: b } } }",
  );
  expect(config.models["a"]?.spec.fallbacks).toEqual(["b", "a_fallbacks_1"]);
  expect(config.models["a_fallbacks_1"]?.spec).toMatchObject({ name: "c", parameters: { seed: 1 } });
});

describe("the source of a provider's address and key", () => {
  const env = {
    OPENAI_API_KEY: "openai-key",
    OPENAI_BASE_URL: "http://proxy/v1",
    AZURE_OPENAI_API_KEY: "azure-key",
    AZURE_OPENAI_ENDPOINT: "res.openai.azure.com",
    OPENAI_API_VERSION: "2025-01-01",
    DATABRICKS_HOST: "https://dbc.cloud.databricks.com/",
    DATABRICKS_TOKEN: "dapi",
    OLLAMA_HOST: "0.0.0.0",
  };
  test.each([
    ["provider: openai", "http://proxy/v1", "openai-key", undefined],
    ["provider: azure", "https://res.openai.azure.com", "azure-key", { api_version: "2025-01-01" }],
    ["provider: azure, api_version: v9", "https://res.openai.azure.com", "azure-key", { api_version: "v9" }],
    ["provider: databricks", "https://dbc.cloud.databricks.com/serving-endpoints", "dapi", undefined],
    [
      "provider: databricks, workspace_host: other.com, pat: p",
      "https://other.com/serving-endpoints",
      "p",
      undefined,
    ],
    ["provider: ollama", "http://localhost:11434/v1", undefined, undefined],
    ["provider: offline", undefined, undefined, undefined],
    ["base_url: http://own/v1, api_key: own-key", "http://own/v1", "own-key", undefined],
    ["provider: ollama, base_url: box:1234", "http://box:1234", undefined, undefined],
  ])("%s", async (fields, baseUrl, key, options) => {
    const { spec, secrets } = await model(fields, env);
    expect([spec.baseUrl, secrets.apiKey?.reveal(), spec.providerOptions]).toEqual([baseUrl, key, options]);
  });

  test("an unset key is not a mistake before the model is called", async () => {
    for (const provider of ["openai", "azure", "databricks"]) {
      const { spec, secrets } = await model(`provider: ${provider}`);
      expect([spec.baseUrl, secrets.apiKey]).toEqual([undefined, undefined]);
    }
    expect((await model("provider: ollama")).spec.baseUrl).toBe("http://localhost:11434/v1");
  });

  test.each([
    ["127.0.0.1:5000", "http://127.0.0.1:5000/v1"],
    ["https://ollama.example.com", "https://ollama.example.com/v1"],
    ["http://box:80/", "http://box/v1"],
  ])("OLLAMA_HOST=%s", async (host, address) => {
    expect((await model("provider: ollama", { OLLAMA_HOST: host })).spec.baseUrl).toBe(address);
  });
});

describe("secrets", () => {
  const key = "sk-0123456789abcdef";
  const text = `${withOptimization()}`.replace(
    "name: gpt-4o-mini",
    `name: gpt-4o-mini, api_key: "\${env:K}", headers: { authorization: "Bearer ${key}", x-team: growth-secret }`,
  );

  test("are in no serialized form of the config", async () => {
    const config = await readText(text, { env: { K: key } });
    const { secrets } = config.models["small"] ?? {};
    expect(secrets?.apiKey?.reveal()).toBe(key);
    expect(secrets?.headers["authorization"]?.reveal()).toBe(`Bearer ${key}`);
    for (const written of [JSON.stringify(config), inspect(config, { depth: 20 }), String(secrets?.apiKey)]) {
      expect(written).not.toContain(key);
      expect(written).not.toContain("growth-secret");
    }
  });

  test("are in no message, wherever their value is", async () => {
    const issues = await issuesOf(
      text.replace(
        "{ name: gpt-4 }",
        `{ name: gpt-4, temperature: ${key}, reasoning_effort: [${key}], api_key: { k: 1 } }`,
      ),
      { env: { K: key } },
    );
    expect(issues).toEqual([
      'config.yaml:4:30  resources.llms.big.temperature: must be a number, got "[secret]"',
      "config.yaml:4:64  resources.llms.big.reasoning_effort: must be text or a number, got a list",
      expect.stringMatching(/resources\.llms\.big\.api_key: must be text$/),
    ]);
  });

  test("are hidden completely, even long ones", async () => {
    const long = `sk-${"0123456789".repeat(8)}`;
    const issues = await issuesOf(
      `resources: { llms: { m: { name: m, api_key: ${long}, description: [x], seed: ${long} } } }`,
    );
    expect(issues).toEqual([
      "config.yaml:1:130  resources.llms.m.description: must be text, got a list",
      'config.yaml:1:148  resources.llms.m.seed: must be a number, got "[secret]"',
    ]);
  });

  test("a syntax error does not repeat the text", async () => {
    const [issue] = await issuesOf('resources:\n  llms:\n    m:\n      api_key: "sk-a" sk-0123456789\n');
    expect(issue).toBe(
      [
        'config.yaml:4:21  this " ends the text, but more follows on the line; write \\" for a quote inside double quotes, or put the whole text in single quotes',
        '    4 |       api_key: "••••" •••••••••••••',
        "      |                     ^",
      ].join("\n"),
    );
  });

  test("short values are not masked, because that would garble words", async () => {
    const issues = await issuesOf("resources: { llms: { m: { name: m, api_key: is, seed: x } } }");
    expect(issues).toEqual(['config.yaml:1:49  resources.llms.m.seed: must be a number, got "x"']);
  });
});
