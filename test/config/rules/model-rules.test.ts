import { expect, test } from "vitest";
import { issuesOf, readText } from "../read-text.ts";

const model = (fields: string, more = "") => `resources:\n  llms:\n    m: { name: m, ${fields} }\n${more}`;

test.each([
  [
    "provider: opnai",
    'config.yaml:3:19  resources.llms.m.provider: no provider named "opnai"; did you mean openai?',
  ],
  [
    "provider: nobody-native",
    'config.yaml:3:19  resources.llms.m.provider: no provider named "nobody-native"; one of openai, azure, databricks, ollama, openrouter, groq, mistral, together, fireworks, deepseek, xai, gemini, cerebras, perplexity, vllm, lmstudio, litellm, llamacpp, anthropic, google, bedrock, vertex, cohere, ai-sdk, offline, or the path of a module such as ./my-provider.js',
  ],
  [
    "simulate: { latency_ms: 5 }",
    "config.yaml:3:19  resources.llms.m.simulate: latency and faults apply only to offline models, but the provider is openai; remove it, or set provider: offline",
  ],
  ["fallbacks: [n]", 'config.yaml:3:31  resources.llms.m.fallbacks.0: no model named "n"; did you mean m?'],
  [
    "base_url: localhost",
    "config.yaml:3:19  resources.llms.m.base_url: must be an http or https address; for example https://api.openai.com/v1",
  ],
  [
    "base_url: 'https://u:pw@h/v1'",
    "config.yaml:3:19  resources.llms.m.base_url: contains a secret, which plans and versions would show; set it as api_key or under headers",
  ],
  [
    "base_url: 'https://h/v1?api_key=x'",
    "config.yaml:3:19  resources.llms.m.base_url: contains a secret, which plans and versions would show; set it as api_key or under headers",
  ],
  [
    "other: { deep: [{ access_token: t }] }",
    "config.yaml:3:37  resources.llms.m.other.deep.0.access_token: a secret is not allowed here: plans and versions would show it; set it as api_key of the model or under headers",
  ],
  [
    "limits: { concurrency: 0 }",
    "config.yaml:3:29  resources.llms.m.limits.concurrency: must be greater than 0, got 0",
  ],
  ["retries: 1.5", "config.yaml:3:19  resources.llms.m.retries: must be a whole number, got 1.5"],
  ["price: { input: 1 }", "config.yaml:3:19  resources.llms.m.price.output: is missing"],
  ["max_tokens: 0", "config.yaml:3:19  resources.llms.m.max_tokens: must be greater than 0, got 0"],
])("%s", async (fields, message) => {
  expect(await issuesOf(model(fields))).toEqual([message]);
});

test("an address from the environment is checked too", async () => {
  expect(await issuesOf(model("seed: 1"), { env: { OPENAI_BASE_URL: "https://u:pw@h/v1" } })).toEqual([
    "config.yaml:3:5  resources.llms.m.base_url: the address from the environment contains a secret, which plans and versions would show; set it as api_key or under headers",
  ]);
});

test("one key in both sections", async () => {
  expect(await issuesOf(model("seed: 1", "  models:\n    m: { name: x }\n"))).toEqual([
    "config.yaml:5:5  resources.models.m: duplicate key: resources.llms.m already exists; rename one of them",
  ]);
});

test("a custom provider is given by path", async () => {
  const config = await readText(
    model("provider: ./my-provider.js, other: { provider_options: { region: eu } }"),
  );
  expect(config.models["m"]?.spec).toMatchObject({
    provider: `${config.directory}/my-provider.js`,
    providerOptions: { region: "eu" },
  });
});

test.each([
  ["model: gpt-4", "model", "use name for the model's id"],
  ["n: 20", "n", "remove it: each request asks for one answer"],
  ["best_of: 3", "best_of", "remove it: each request asks for one answer"],
  ["max_tokens: 5", "max_tokens", "set max_tokens of the model instead"],
  ["max_completion_tokens: 5", "max_completion_tokens", "set max_tokens of the model instead"],
  ["max_output_tokens: 5", "max_output_tokens", "set max_tokens of the model instead"],
  ["num_predict: 5", "num_predict", "set max_tokens of the model instead"],
  ["options: { num_predict: 5 }", "options.num_predict", "set max_tokens of the model instead"],
  [
    "extra_body: { generationConfig: { maxOutputTokens: 5 } }",
    "extra_body.generationConfig.maxOutputTokens",
    "set max_tokens of the model instead",
  ],
  ["stream: false", "stream", "remove it: the command decides how answers are sent"],
  [
    "stream_options: { include_usage: true }",
    "stream_options",
    "remove it: the command decides how answers are sent",
  ],
  ["messages: []", "messages", "remove it: the messages come from the prompt's template"],
])("other: { %s } is rejected, because accounting depends on it", async (field, path, cure) => {
  const [issue = "", ...more] = await issuesOf(model(`other: { ${field} }`));
  expect(more).toEqual([]);
  expect(issue).toMatch(/^config\.yaml:3:\d+ {2}/);
  expect(issue.replace(/^\S+ {2}/, "")).toBe(
    `resources.llms.m.other.${path}: ${path} cannot be passed through: counting calls and costs depends on it; ${cure}`,
  );
});

test("other: accepts reasoning budgets, schemas and other fields of the provider", async () => {
  const other =
    "other: { thinking: { type: enabled, budget_tokens: 1024 }, reasoning: { max_tokens: 2000 }, service_tier: flex, " +
    "metadata: { model: a, n: 1 }, options: { num_ctx: 8192 }, provider_options: { max_tokens: 1 } }";
  expect(await issuesOf(model(other))).toEqual([]);
});

test("an address with a shell variable explains the syntax of variables", async () => {
  expect(await issuesOf(model("base_url: '${GW_URL}'"))).toEqual([
    "config.yaml:3:19  resources.llms.m.base_url: must be an http or https address; for the environment variable write ${env:GW_URL}",
  ]);
});

const warningsOf = async (fields: string, env: Record<string, string> = {}) =>
  (await readText(model(fields), { env })).warnings.map(({ line, column, message }) => [
    `${line}:${column}`,
    message,
  ]);

test.each([
  [
    "base_url: 'https://gw.example/v1/chat/completions'",
    "ends in /chat/completions, which is appended automatically; write https://gw.example/v1",
  ],
  [
    "base_url: 'http://localhost:11434/api/generate'",
    "belongs to Ollama's own API; the OpenAI-compatible API is at http://localhost:11434/v1",
  ],
  [
    "base_url: 'https://gw.example/ollama/api/chat/'",
    "belongs to Ollama's own API; the OpenAI-compatible API is at https://gw.example/ollama/v1",
  ],
  [
    "base_url: 'https://api.openai.com'",
    "lacks /v1, the path of this provider's API; write https://api.openai.com/v1",
  ],
  [
    "base_url: 'https://openrouter.ai/api/'",
    "lacks /api/v1, the path of this provider's API; write https://openrouter.ai/api/v1",
  ],
  [
    "base_url: 'http://localhost:8000'",
    "has no path, but most OpenAI-compatible APIs are below /v1; write http://localhost:8000/v1 if this one does",
  ],
  [
    "provider: azure, base_url: 'https://r.openai.azure.com/openai/deployments/d1/chat/completions?api-version=2024-10-21'",
    'is the target URI of an Azure deployment; write provider: azure, name: d1, base_url: https://r.openai.azure.com, api_version: "2024-10-21"',
  ],
])("%s: a warning with its place", async (fields, message) => {
  const [warning, ...more] = await warningsOf(fields);
  expect(more).toEqual([]);
  expect(warning).toEqual([expect.stringMatching(/^3:\d+$/), `resources.llms.m.base_url: ${message}`]);
});

test.each([
  "base_url: 'https://api.openai.com/v1'",
  "base_url: 'https://api.deepseek.com'",
  "base_url: 'https://gw.example/openai'",
  "provider: azure, base_url: 'https://r.openai.azure.com'",
  "provider: ollama, base_url: 'http://localhost:11434'",
  "provider: databricks, workspace_host: 'https://w.example'",
])("%s: no warning", async (fields) => {
  expect(await warningsOf(fields)).toEqual([]);
});

test("shell variables are reported, without secrets", async () => {
  expect(await warningsOf("api_key: '${MY_KEY}', headers: { x-team: $TEAM }")).toEqual([
    [
      expect.any(String),
      "resources.llms.m.api_key: ${MY_KEY} is not replaced as in a shell; write ${env:MY_KEY} for the environment variable MY_KEY",
    ],
    [
      expect.any(String),
      "resources.llms.m.headers.x-team: ${TEAM} is not replaced as in a shell; write ${env:TEAM} for the environment variable TEAM",
    ],
  ]);
  expect(await warningsOf("api_key: '${env:MY_KEY}'", { MY_KEY: "pa$$word${X}" })).toEqual([]);
});
