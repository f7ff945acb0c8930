import { expect, test } from "vitest";
import { issuesOf, readText } from "../read-text.ts";

const model = (fields: string, more = "") => `resources:\n  llms:\n    m: { name: m, ${fields} }\n${more}`;

test.each([
  [
    "provider: opnai",
    'config.yaml:3:19  resources.llms.m.provider: no provider named "opnai"; did you mean openai?',
  ],
  [
    "provider: anthropic-native",
    'config.yaml:3:19  resources.llms.m.provider: no provider named "anthropic-native"; one of openai, azure, databricks, ollama, offline, or the path of a module such as ./my-provider.js',
  ],
  [
    "simulate: { latency_ms: 5 }",
    "config.yaml:3:19  resources.llms.m.simulate: latency and faults are put on offline models only, and the provider is openai; remove it, or set provider: offline",
  ],
  [
    "fallbacks: [m]",
    "config.yaml:3:31  resources.llms.m.fallbacks.0: m cannot stand in for itself; name another model",
  ],
  ["fallbacks: [n]", 'config.yaml:3:31  resources.llms.m.fallbacks.0: no model named "n"; did you mean m?'],
  [
    "base_url: localhost",
    "config.yaml:3:19  resources.llms.m.base_url: must be an http or https address; for example https://api.openai.com/v1",
  ],
  [
    "base_url: 'https://u:pw@h/v1'",
    "config.yaml:3:19  resources.llms.m.base_url: holds a secret, which plans and versions would show; give it as api_key, or under headers",
  ],
  [
    "base_url: 'https://h/v1?api_key=x'",
    "config.yaml:3:19  resources.llms.m.base_url: holds a secret, which plans and versions would show; give it as api_key, or under headers",
  ],
  [
    "other: { deep: [{ access_token: t }] }",
    "config.yaml:3:37  resources.llms.m.other.deep.0.access_token: a secret cannot be given here: plans and versions would show it; give it as api_key of the model, or under headers",
  ],
  [
    "limits: { concurrency: 0 }",
    "config.yaml:3:29  resources.llms.m.limits.concurrency: must be above 0, but is 0",
  ],
  ["retries: 1.5", "config.yaml:3:19  resources.llms.m.retries: must be a whole number, but is 1.5"],
  ["price: { input: 1 }", "config.yaml:3:19  resources.llms.m.price.output: is missing"],
  ["max_tokens: 0", "config.yaml:3:19  resources.llms.m.max_tokens: must be above 0, but is 0"],
])("%s", async (fields, message) => {
  expect(await issuesOf(model(fields))).toEqual([message]);
});

test("an address of the environment is held to the same", async () => {
  expect(await issuesOf(model("seed: 1"), { env: { OPENAI_BASE_URL: "https://u:pw@h/v1" } })).toEqual([
    "config.yaml:3:5  resources.llms.m.base_url: the address out of the environment holds a secret, which plans and versions would show; give it as api_key, or under headers",
  ]);
});

test("one key in both sections", async () => {
  expect(await issuesOf(model("seed: 1", "  models:\n    m: { name: x }\n"))).toEqual([
    "config.yaml:5:5  resources.models.m: duplicate key: resources.llms.m is there too; rename one of them",
  ]);
});

test("a provider of one's own is named by path", async () => {
  const config = await readText(
    model("provider: ./my-provider.js, other: { provider_options: { region: eu } }"),
  );
  expect(config.models["m"]?.spec).toMatchObject({
    provider: `${config.directory}/my-provider.js`,
    providerOptions: { region: "eu" },
  });
});
