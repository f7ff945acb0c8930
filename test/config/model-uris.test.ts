import { describe, expect, it, test } from "vitest";
import { providers } from "../../src/config/providers.ts";
import { promptProviders } from "../../src/models/open-prompt-model.ts";
import { configWith, places } from "./model-by-text.ts";
import { issuesOf, readText } from "./read-text.ts";

describe.each(places)("%s given as a model URI", (place) => {
  it.each([
    ["openai:/gpt-5", "openai", "gpt-5"],
    ["databricks:/my-endpoint", "databricks", "my-endpoint"],
    ["azure:/deployment", "azure", "deployment"],
    ["ollama:/qwen3:8b", "ollama", "qwen3:8b"],
    ["openai:/org/model", "openai", "org/model"],
    ["endpoints:/databricks-llama", "databricks", "databricks-llama"],
    ["OpenAI:/gpt-5", "openai", "gpt-5"],
    ["anthropic:/claude-sonnet-4-6", "anthropic", "claude-sonnet-4-6"],
    ["google:/gemini-3.8-flash", "google", "gemini-3.8-flash"],
    ["bedrock:/us.amazon.nova-2-lite-v1:0", "bedrock", "us.amazon.nova-2-lite-v1:0"],
    ["vertex_ai:/gemini-3.8-flash", "vertex", "gemini-3.8-flash"],
    ["groq:/openai/gpt-oss-120b", "groq", "openai/gpt-oss-120b"],
  ])("%s is provider and name", async (text, provider, name) => {
    const { models, warnings } = await readText(configWith(place, text));
    expect(models[text]?.spec).toMatchObject({ provider, name });
    expect(warnings).toEqual([]);
  });

  it("sagemaker:/x names a provider without a client, and the error says what to do", async () => {
    expect(await issuesOf(configWith(place, "sagemaker:/x"))).toEqual([
      expect.stringMatching(
        /there is no client for provider sagemaker of "sagemaker:\/x"; call it through an OpenAI-compatible gateway/,
      ),
    ]);
  });
});

test("a model with such a provider gets the same error", async () => {
  expect(await issuesOf("resources: { llms: { m: { name: x, provider: sagemaker } } }")).toEqual([
    expect.stringContaining("OpenAI-compatible gateway"),
  ]);
});

test("other texts before a colon are no providers", async () => {
  expect(await issuesOf(configWith("reflection_model", "models:/m/1"))).toEqual([
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
