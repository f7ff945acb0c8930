import { describe, expect, it, test } from "vitest";
import { providers } from "../../src/config/providers.ts";
import { promptProviders } from "../../src/models/open-prompt-model.ts";
import { issuesOf, readText } from "./read-text.ts";

const places = ["model", "reflection_model", "scorer_model", "source_model", "fallbacks"] as const;

/** A config that names a model by text in one place. */
const config = (place: (typeof places)[number], text: string) => `
resources: { llms: { small: { name: endpoint-small${place === "fallbacks" ? `, fallbacks: ["${text}"]` : ""} } } }
prompts: { p: { default_template: "Answer {{q}}" } }
agents: { a: { model: ${place === "model" ? `"${text}"` : "small"}, prompt: p } }
datasets: { d: { data: [{ inputs: { q: x } }] } }
optimizations:
  prompt_optimizations:
    o: { agent: a, dataset_name: d${place === "model" || place === "fallbacks" ? "" : `, ${place}: "${text}"`} }
`;

describe.each(places)("%s given as a model URI", (place) => {
  it.each([
    ["openai:/gpt-5", "openai", "gpt-5"],
    ["databricks:/my-endpoint", "databricks", "my-endpoint"],
    ["azure:/deployment", "azure", "deployment"],
    ["ollama:/qwen3:8b", "ollama", "qwen3:8b"],
    ["openai:/org/model", "openai", "org/model"],
    ["endpoints:/databricks-llama", "databricks", "databricks-llama"],
    ["OpenAI:/gpt-5", "openai", "gpt-5"],
  ])("%s is provider and name", async (text, provider, name) => {
    const { models, warnings } = await readText(config(place, text));
    expect(models[text]?.spec).toMatchObject({ provider, name });
    expect(warnings).toEqual([]);
  });

  it.each([
    ["anthropic:/claude-sonnet-4-5", "https://api.anthropic.com/v1", "ANTHROPIC_API_KEY"],
    ["google:/gemini-2.5-pro", "https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY"],
    [
      "bedrock:/anthropic.claude-v2",
      "https://bedrock-runtime.REGION.amazonaws.com/openai/v1",
      "AWS_BEARER_TOKEN_BEDROCK",
    ],
  ])(
    "%s names a provider without a client, and the error says what to write",
    async (text, url, variable) => {
      const [provider = "", name = ""] = text.split(":/");
      const issues = await issuesOf(config(place, text));
      expect(issues).toHaveLength(1);
      expect(issues[0]).toContain(`there is no client for provider ${provider} of "${text}"`);
      expect(issues[0]).toContain(
        `{ name: ${name}, provider: openai, base_url: "${url}", api_key: "\${env:${variable}}" }`,
      );
    },
  );
});

test("what the error says to write is a valid model", async () => {
  const [issue = ""] = await issuesOf(config("reflection_model", "anthropic:/claude-x"));
  const written = /as (\{.*\})/.exec(issue)?.[1] ?? "";
  const env = { ANTHROPIC_API_KEY: "k" };
  expect((await readText(`resources: { llms: { m: ${written} } }`, { env })).models["m"]).toMatchObject({
    spec: { name: "claude-x", provider: "openai", baseUrl: "https://api.anthropic.com/v1" },
  });
});

test("a model with such a provider gets the same error", async () => {
  expect(await issuesOf("resources: { llms: { m: { name: claude-x, provider: anthropic } } }")).toEqual([
    'config.yaml:1:43  resources.llms.m.provider: there is no client for provider anthropic; declare the model under resources.llms as { name: claude-x, provider: openai, base_url: "https://api.anthropic.com/v1", api_key: "${env:ANTHROPIC_API_KEY}" }',
  ]);
  expect(await issuesOf("resources: { llms: { m: { name: gemini-x, provider: vertex } } }")).toEqual([
    expect.stringContaining("OpenAI-compatible gateway"),
  ]);
});

test("other texts before a colon are no providers", async () => {
  expect(await issuesOf(config("reflection_model", "models:/m/1"))).toEqual([
    expect.stringContaining('no model named "models:/m/1"'),
  ]);
});

test("configs and calls know the same providers", () => {
  expect(Object.keys(providers)).toEqual(promptProviders);
});

describe("num_candidates of a dao-ai config", () => {
  const dialect = (fields: string, section = "training_datasets") => `
resources: { llms: { small: &small { name: endpoint-small } } }
prompts: { p: &p { name: p, default_template: "Answer {{q}}" } }
agents: { a: &a { name: a, model: *small, prompt: *p } }
${section === "datasets" ? "datasets: { d: &d { name: d, data: [{ inputs: { q: x } }] } }" : ""}
optimizations:
  ${section === "datasets" ? "" : "training_datasets: { d: &d { name: d, data: [{ inputs: { q: x } }] } }"}
  prompt_optimizations: { o: { name: o, prompt: *p, agent: *a, dataset: *d, ${fields} } }
`;
  const about = async (text: string) => {
    const config = await readText(text);
    expect(config.optimizations["o"]?.candidatesPerStep).toBe(
      Number(/num_candidates: (\d+)/.exec(text)?.[1]),
    );
    return config.warnings.map(({ message }) => message).filter((one) => one.includes("num_candidates"));
  };

  it("stays the rewrites per step; where dao-ai's number is meant, a warning says what limits calls", async () => {
    expect(await about(dialect("num_candidates: 50"))).toEqual([
      "optimizations.prompt_optimizations.o.num_candidates: 50 rewrites per step, up to 150 in 3 steps; in dao-ai, num_candidates limits the scored answers. To limit calls here, set budget: { calls: … }; 5 rewrites per step are usual",
    ]);
  });

  it.each([
    dialect("num_candidates: 5"),
    dialect("num_candidates: 50, budget: { calls: 500 }"),
    dialect("num_candidates: 50", "datasets"),
  ])("has no warning otherwise", async (text) => {
    expect(await about(text)).toEqual([]);
  });
});
