import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  modelsOutputSchema,
  modelsProvidersOutputSchema,
} from "../../../../src/cli/commands/models/output.ts";
import { knownProviders } from "../../../../src/core/provider/known-providers.ts";
import { runCli } from "../../../support/run-cli.ts";

const folder = () => mkdtempSync(join(tmpdir(), "dao-opt-models-"));
const on = (day: string) => ({ now: () => new Date(`${day}T12:00:00Z`), monotonicMs: () => 0 });

async function list(args: readonly string[], cwd = folder()) {
  const { exitCode, json } = await runCli(["models", ...args, "--json"], { cwd });
  expect(exitCode).toBe(0);
  return modelsOutputSchema.parse(json);
}

describe("models", () => {
  test("lists what is known, filtered by every word", async () => {
    const { models, warnings } = await list(["anthropic", "SONNET-4-6"]);
    expect(models.find(({ provider }) => provider === "anthropic")).toMatchObject({
      ...{ model: "claude-sonnet-4-6", context: 1_000_000, shutdown: null },
      price: { input: 3, output: 15, cached_input: 0.3, cache_write: 3.75 },
      refuses: expect.arrayContaining(["seed", "presence_penalty"]),
      source: expect.stringMatching(/^https:/),
    });
    expect(models.every(({ provider, model }) => /anthropic.*sonnet-4-6/.test(`${provider} ${model}`))).toBe(
      true,
    );
    expect(warnings).toEqual([]);
  });

  test("an unknown price is unknown, also in text", async () => {
    const { models } = await list(["claude-3-5-sonnet-20241022"]);
    const [first] = models.filter(({ provider }) => provider === "anthropic");
    expect(first).toMatchObject({ price: { input: null, output: null }, shutdown: "2025-10-28" });
    const { stdout } = await runCli(["models", "anthropic", "claude-3-5-sonnet-20241022"], { cwd: folder() });
    expect(stdout).toContain("2025-10-28");
    expect(stdout).toContain("prices in USD per million tokens");
  });

  test("says that nothing fits a filter", async () => {
    const { exitCode, stdout } = await runCli(["models", "nobody-made-this"], { cwd: folder() });
    expect([exitCode, stdout]).toEqual([0, "no known model has these words in its provider or name\n"]);
  });

  test("lists every provider with its key and package", async () => {
    const { json } = await runCli(["models", "--providers", "--json"], { cwd: folder() });
    const { providers } = modelsProvidersOutputSchema.parse(json);
    expect(providers.map(({ provider }) => provider)).toEqual(Object.keys(knownProviders));
    expect(providers.find(({ provider }) => provider === "anthropic")).toMatchObject({
      ...{ package: "@ai-sdk/anthropic", key_variables: ["ANTHROPIC_API_KEY"], is_priced: true },
    });
  });
});

describe("--prices", () => {
  test("replaces a price and adds models, flat or by provider", async () => {
    const cwd = folder();
    writeFileSync(
      join(cwd, "flat.json"),
      '{"gpt-4o": {"input": 1, "output": 2}, "our-own": {"input": 3, "output": 4, "context": 8}}',
    );
    const { models } = await list(["--prices", "flat.json"], cwd);
    const found = (name: string) => models.filter(({ model }) => model === name);
    expect(found("gpt-4o")).toMatchObject([
      { provider: "openai", price: { input: 1, output: 2 }, source: null },
    ]);
    expect(found("our-own")).toMatchObject([{ price: { input: 3, output: 4 }, context: 8 }]);
    writeFileSync(
      join(cwd, "by.yaml"),
      "providers:\n  groq: { models: { my-model: { input: 5, output: 6 } } }\n",
    );
    expect((await list(["my-model", "--prices", "by.yaml"], cwd)).models).toMatchObject([
      { provider: "groq", model: "my-model", price: { input: 5, output: 6 } },
    ]);
  });

  test("prices a run's plan", async () => {
    const cwd = folder();
    writeFileSync(join(cwd, "prices.yaml"), "my-model: { input: 1, output: 2 }\n");
    writeFileSync(
      join(cwd, "rows.jsonl"),
      Array.from({ length: 20 }, (_, at) =>
        JSON.stringify({ inputs: { text: `t${at}` }, expectations: { expected_response: "a" } }),
      ).join("\n"),
    );
    writeFileSync(
      join(cwd, "config.yaml"),
      `resources: { llms: { m: { name: my-model, provider: vllm } } }
prompts: { p: { name: p, default_template: "Answer. {{text}}" } }
agents: { a: { name: a, model: m, prompt: p } }
datasets: { d: { path: rows.jsonl } }
optimizations: { prompt_optimizations: { x: { name: x, agent: a, prompt: p, dataset: d, budget: { usd: 1 } } } }
`,
    );
    const without = await runCli(["validate", "config.yaml"], { cwd });
    expect([without.exitCode, without.stderr]).toEqual([
      2,
      expect.stringContaining("no price is known for m (my-model)"),
    ]);
    expect(await runCli(["validate", "config.yaml", "--prices", "prices.yaml"], { cwd })).toMatchObject({
      exitCode: 0,
    });
    expect(
      await runCli(["validate", "config.yaml"], { cwd, env: { DAO_OPT_PRICES: "prices.yaml" } }),
    ).toMatchObject({ exitCode: 0 });
  });

  test.each([
    ["missing.json", undefined, "missing.json cannot be read: no such file"],
    ["bad.json", '{"gpt-4o": {"input": "cheap"}}', "bad.json is no list of prices"],
    ["bad.yaml", "a: [", "bad.yaml is no list of prices"],
  ])("refuses %s", async (name, text, message) => {
    const cwd = folder();
    if (text !== undefined) writeFileSync(join(cwd, name), text);
    const { exitCode, stderr } = await runCli(["models", "--prices", name], { cwd });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe("shutdown dates", () => {
  const config = (more = "") => `resources:
  llms:
    old: { name: gpt-4.1, api_key: k-123456789 }
    new: { name: gpt-6-luna, api_key: k-123456789 }
    gateway: { name: gpt-4.1, api_key: k-123456789, base_url: "https://gateway.example/v1" }
prompts: { p: { name: p, default_template: "Answer. {{text}}" } }
agents: { a: { name: a, model: TARGET, prompt: p } }
datasets: { d: { data: [{ inputs: { text: a }, expectations: { expected_response: b } }, { inputs: { text: c }, expectations: { expected_response: d } }, { inputs: { text: e }, expectations: { expected_response: f } }] } }
optimizations: { prompt_optimizations: { x: { name: x, agent: a, prompt: p, dataset: d${more} } } }
`;
  async function warned(command: string, target: string, day: string, more = "") {
    const cwd = folder();
    writeFileSync(join(cwd, "config.yaml"), config(more).replace("TARGET", target));
    const args = command === "models" ? ["models", "cerebras"] : [command, "config.yaml"];
    const { stdout, stderr } = await runCli(args, { cwd, clock: on(day) });
    return `${stdout}${stderr}`.replace(/\s+/g, " ");
  }
  const line = "dao-opt migrate config.yaml --source old";

  test.each(["validate", "doctor", "models"])(
    "%s warns of a target within 90 days, with the line to type",
    async (command) => {
      const text = await warned(command, "old", "2026-11-29");
      expect(text).toContain("gpt-4.1 is shut down by openai on 2027-01-14, in 46 days");
      expect(text).toContain(`the provider names gpt-6-luna), then type: ${line}`);
    },
  );

  test("warns of a source, before and after", async () => {
    expect(await warned("validate", "new", "2026-11-29", ", source_model: old")).toContain(
      `move from it before that: ${line}`,
    );
    const after = await warned("validate", "new", "2027-02-01", ", source_model: old");
    expect(after).toContain("gpt-4.1 was shut down by openai on 2027-01-14");
    expect(after).toContain(`${line} --from-traces`);
  });

  test.each([
    ["earlier than 90 days before", "old", "2026-10-01"],
    ["models without a date", "new", "2026-11-29"],
    ["addresses other than the provider's own", "gateway", "2026-11-29"],
  ])("says nothing of %s", async (_, target, day) => {
    expect(await warned("validate", target, day)).not.toContain("shut down");
  });
});
