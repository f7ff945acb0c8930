import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { migrateOutputSchema } from "../../src/cli/commands/migrate/output.ts";
import {
  registryShowOutputSchema,
  registryVerifyOutputSchema,
} from "../../src/cli/commands/registry/output.ts";
import { runOutputSchema } from "../../src/cli/commands/run/output.ts";
import { planOutputSchema } from "../../src/cli/commands/run/plan-output.ts";
import { answerOffline } from "../../src/offline/answer-offline.ts";
import { startLoopbackOpenAI } from "../support/loopback-openai.ts";
import { disagreementsOf } from "../support/record-agreement.ts";
import { repository, type SpawnedCommand, spawnCli, spawnShell, startCli } from "../support/spawn-cli.ts";
import { createWorkspace, filesBelow, parseJson, readText, type Workspace } from "../support/workspace.ts";
import { foreignCommands } from "./readme-rules.ts";

let workspace: Workspace;

beforeEach(async () => {
  workspace = await createWorkspace();
});

afterEach(() => workspace.close());

const sentiment = "main/default/sentiment_classifier";
const examples = [
  { folder: "examples/quickstart", config: "config.yaml", path: sentiment },
  { folder: "examples/json-extraction", config: "config.yaml", path: "facility_support" },
  { folder: "examples/intent-labels", config: "config.yaml", path: "banking_intent" },
  { folder: "examples/own-engine-and-scorer", config: "config.yaml", path: "sentiment_classifier" },
  { folder: "examples/ci", config: "config.yaml", path: sentiment },
  { folder: "examples/scale", config: "config.yaml", path: "sentiment_classifier" },
  { folder: "config/examples", config: "prompt_optimization.yaml", path: sentiment },
] as const;

async function runJson(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const result = await spawnCli(["run", ...args, "--json"], { cwd, env });
  expect(result.exitCode, `${result.stdout}\n${result.stderr}`).toBe(0);
  expect(result.stderr).not.toMatch(/warning:|Warning:/);
  const output = parseJson(result.stdout, runOutputSchema);
  const [optimization] = output.optimizations;
  if (optimization === undefined || output.optimizations.length > 1) throw new Error("one was expected");
  return { output, optimization };
}

test.each(examples)("$folder improves, registers version 2 and writes its report", async (example) => {
  const cwd = workspace.in(example.folder);
  const { output, optimization } = await runJson(cwd, [example.config]);

  expect(output).toMatchObject({ status: "completed", exit_code: 0, config: example.config });
  expect(optimization).toMatchObject({
    status: "improved",
    prompt: example.path,
    offline: true,
    error: null,
    base: { version: 1, uri: `prompts:/${example.path}/1` },
    optimized: { version: 2, uri: `prompts:/${example.path}/2` },
  });
  const { test: gate } = optimization.scores;
  expect(gate?.interval[0]).toBeGreaterThan(0);
  expect((gate?.optimized ?? 0) - (gate?.base ?? 0)).toBeCloseTo(gate?.difference ?? Number.NaN, 9);

  const files = await filesBelow(join(cwd, "prompts"));
  const versions = ["deployments.jsonl", "prompt.yaml", "v1.prompt", "v1.yaml", "v2.prompt", "v2.yaml"];
  expect(files).toEqual([...versions.map((name) => `${example.path}/${name}`), "registry.yaml"].sort());
  const run = join(cwd, ".dao-opt", "runs", output.run);
  expect((await readdir(run)).sort()).toEqual(
    ["candidates.jsonl", "events.jsonl", "journal.jsonl", "plan.json", "record.json", "report.html"].sort(),
  );
  expect(disagreementsOf(run)).toEqual([]);
  const page = await readText(run, "report.html");
  expect(page).toMatch(/^<!doctype html>/i);
  expect(page).toContain(optimization.name);

  const verified = await spawnCli(["registry", "verify", "--json"], { cwd });
  expect(verified.exitCode).toBe(0);
  expect(parseJson(verified.stdout, registryVerifyOutputSchema)).toEqual({
    ok: true,
    damage: [],
    notes: [],
  });
  const shown = await spawnCli(["registry", "show", `${example.path}/2`, "--json"], { cwd });
  expect(parseJson(shown.stdout, registryShowOutputSchema).template).toEqual(
    optimization.optimized?.template,
  );
});

test("every example is run here or below, and its README has things to try", async () => {
  const entries = await readdir(workspace.in("examples"), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const run = examples.map(({ folder }) => folder).filter((folder) => folder.startsWith("examples/"));
  // mlflow is run by test/mlflow/example.test.ts.
  const others = ["judges", "real-provider", "two-prompts", "openai-client", "migration", "mlflow"];
  const expected = [...run.map((folder) => folder.slice("examples/".length)), ...others];
  expect(folders.sort()).toEqual(expected.sort());
  for (const folder of folders) {
    expect(await readText(workspace.in("examples", folder, "README.md"))).toMatch(/\n## Try this\n/);
  }
});

test("the command in README.md runs from the root folder, and so do the suggested next commands", async () => {
  const result = await spawnCli(["run", "config/examples/prompt_optimization.yaml"], {
    cwd: workspace.folder,
  });
  expect(result.exitCode, result.stderr).toBe(0);
  const next = result.stdout.split("\n").filter((line) => /^ {4}dao-opt /.test(line));
  expect(next.map((line) => line.trim().split(" ").slice(0, 3).join(" "))).toEqual([
    "dao-opt registry diff",
    "dao-opt registry deploy",
    expect.stringMatching(/^dao-opt report r_/),
  ]);
  for (const line of next) {
    const typed = await spawnShell(line, {
      cwd: workspace.folder,
      env: { PATH: `${workspace.commands}:${process.env["PATH"]}` },
    });
    expect(typed.exitCode, `${line}\n${typed.stderr}`).toBe(0);
  }
});

test("the result does not depend on concurrency", async () => {
  const cwd = workspace.in("examples/ci");
  const one = await runJson(cwd, ["config.yaml", "-j", "1", "--no-cache", "--registry", "one"]);
  const many = await runJson(cwd, ["config.yaml", "-j", "32", "--no-cache", "--registry", "many"]);
  const { seconds: _, ...alone } = one.optimization;
  const { seconds: __, ...together } = many.optimization;
  expect(together).toEqual(alone);
});

test("a budget of calls is never exceeded, including the final test", async () => {
  const cwd = workspace.in("examples/intent-labels");
  const budget = "optimizations.prompt_optimizations.optimize_intent.budget.calls=1200";
  const { optimization } = await runJson(cwd, ["config.yaml", "--set", budget]);
  expect(optimization.usage.total.calls).toBeLessThanOrEqual(1200);
  expect(optimization.scores.test?.rows).toBe(246);
});

describe("over HTTP", () => {
  let server: SpawnedCommand;
  let address: string;

  beforeAll(async () => {
    server = startCli(["offline-server", "--port", "0", "--json"], { cwd: repository });
    address = z.object({ url: z.string() }).parse(JSON.parse(await server.shows(/\{.*\}\n/))).url;
  });

  afterAll(async () => {
    server.child.kill("SIGTERM");
    expect((await server.result).exitCode).toBe(0);
  });

  test("two-prompts: both become version 2, and a replay is the same, prices included", async () => {
    const cwd = workspace.in("examples/two-prompts");
    const env = { OPENAI_BASE_URL: address, OPENAI_API_KEY: "none" };
    const { optimization, output } = await runJson(cwd, ["config.yaml"], env);
    expect(optimization).toMatchObject({ status: "improved", offline: true, error: null });
    expect(optimization.prompts).toMatchObject(
      ["house_rules", "question"].map((prompt) => ({
        prompt,
        base: { version: 1, uri: `prompts:/${prompt}/1` },
        optimized: { version: 2, uri: `prompts:/${prompt}/2` },
      })),
    );
    expect(optimization.scores.test?.interval[0]).toBeGreaterThan(0);
    expect(optimization.pareto?.price).toBe("usd");
    const replayed = await runJson(cwd, ["config.yaml", "--replay", output.run], {
      OPENAI_BASE_URL: address,
    });
    expect(replayed.optimization.prompts).toEqual(optimization.prompts);
    expect(replayed.optimization.scores).toEqual(optimization.scores);
    expect(replayed.optimization.pareto).toEqual(optimization.pareto);
    for (const prompt of ["house_rules", "question"]) {
      const diff = await spawnCli(["registry", "diff", `${prompt}/1`, `${prompt}/2`], { cwd });
      expect(diff.stdout).toContain("{+");
    }
  });

  test("migration calls the source model, decides, and pays for nothing twice", async () => {
    const cwd = workspace.in("examples/migration");
    const args = ["migrate", "config.yaml", "--inputs", "data/posts.jsonl", "--json"];
    const first = await spawnCli(args, { cwd });
    expect(first.exitCode, first.stderr).toBe(0);
    const output = parseJson(first.stdout, migrateOutputSchema);
    expect(output.rows).toMatchObject([{ from: "collected", answered: 300, failed: 0, dataset: "posts" }]);
    const [migration] = output.migrations;
    expect(migration).toMatchObject({
      decision: "below_parity",
      source: { model: "large", score: 1 },
      better: [],
      paste: "prompts:\n  sentiment_classifier:\n    version: 2\n",
    });
    expect(migration?.worse.length).toBeGreaterThan(0);
    const collected = [
      "collect",
      "config.yaml",
      "--inputs",
      "data/posts.jsonl",
      "--dataset",
      "posts",
      "--json",
    ];
    // The base is pinned, since the registry has the new version by now.
    const pin = ["--set", "prompts.sentiment_classifier.version=1"];
    const again = await spawnCli([...collected, ...pin], { cwd });
    expect(JSON.parse(again.stdout)).toMatchObject({
      merged: { added: 0, updated: 0, unchanged: 300 },
      usage: { calls: 0, cached_calls: 300 },
    });
  });

  test("openai-client records its calls, and they become a dataset", async () => {
    const cwd = workspace.in("examples/openai-client");
    const env = { OPENAI_BASE_URL: address, OPENAI_API_KEY: "sk-example-0123456789" };
    const ran = await spawnShell(`"${process.execPath}" app.js`, { cwd, env });
    expect(ran.exitCode, ran.stderr).toBe(0);
    expect(ran.stderr).toBe("");
    expect(ran.stdout).toMatch(/^\d+ of 60 right; streamed: \w+; lost: 0\n$/);
    const exported = await spawnCli(["traces", "export", "--format", "dataset"], { cwd });
    const rows = exported.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(61);
    expect(rows[0]).toMatchObject({
      inputs: { text: expect.any(String) },
      tags: { rating: expect.any(Number) },
    });
    expect(await mentions(cwd, env.OPENAI_API_KEY)).toEqual([]);
  });

  test("a process that exits at once loses no recorded call of the client", async () => {
    const cwd = workspace.in("examples/openai-client");
    const script = `
      import OpenAI from "dao-opt/openai";
      const client = new OpenAI({ daoOpt: { promptName: "p" } });
      const ask = (content) => client.chat.completions.create({ model: "offline/small", messages: [{ role: "user", content }] });
      await Promise.all(Array.from({ length: 40 }, (_, at) => ask("Sentiment of " + at)));
    `;
    const env = { OPENAI_BASE_URL: address, OPENAI_API_KEY: "none" };
    const ran = await spawnShell(`"${process.execPath}" --input-type=module -e "$1"`, {
      cwd,
      env,
      args: [script],
    });
    expect(ran.exitCode, ran.stderr).toBe(0);
    const listed = await spawnCli(["traces", "export"], { cwd });
    expect(listed.stdout.trim().split("\n")).toHaveLength(40);
  });

  test("json-extraction gives the same result through the offline server", async () => {
    const cwd = workspace.in("examples/json-extraction");
    const direct = await runJson(cwd, ["config.yaml", "--registry", "direct"]);
    const served = await runJson(cwd, ["config.yaml", "--registry", "served"], {
      OFFLINE_PROVIDER: "openai",
      OPENAI_BASE_URL: address,
      OPENAI_API_KEY: "none",
    });
    expect(served.optimization.scores).toEqual(direct.optimization.scores);
    expect(served.optimization.optimized?.template).toEqual(direct.optimization.optimized?.template);
    expect(served.optimization.usage).toEqual(direct.optimization.usage);
  });
});

describe("real-provider", () => {
  const key = "sk-loopback-0123456789";

  /** The offline models' answers behind a server that requires the key. */
  function startProvider() {
    return startLoopbackOpenAI({
      apiKey: key,
      models: ["gpt-4.1", "gpt-4.1-mini"],
      answer: ({ model = "", messages = [] }) => {
        const asked = messages.map(({ role, content }) => ({
          role: role === "system" ? ("system" as const) : ("user" as const),
          content: String(content),
        }));
        const strength = model === "gpt-4.1" ? "large" : "small";
        const { text, usage } = answerOffline({ model: strength, messages: asked, parameters: {} });
        return { text, usage: { input: usage.inputTokens, output: usage.outputTokens } };
      },
    });
  }

  test("improves within its budget in dollars, computed from the provider's usage", async () => {
    const provider = await startProvider();
    const cwd = workspace.in("examples/real-provider");
    const env = { OPENAI_API_KEY: key, OPENAI_BASE_URL: provider.baseUrl };
    const planned = await spawnCli(["run", "config.yaml", "--dry-run", "--json"], { cwd, env });
    const [plan] = parseJson(planned.stdout, planOutputSchema).optimizations;
    expect(provider.count).toBe(0);
    expect(await filesBelow(join(cwd, ".dao-opt"))).toEqual([]);

    const { output, optimization } = await runJson(cwd, ["config.yaml"], env);
    expect(optimization).toMatchObject({ status: "improved", offline: false });
    const { total } = optimization.usage;
    expect(provider.count).toBe(total.calls);
    expect(total.usd).toBeGreaterThan(0);
    expect(total.usd).toBeLessThan(2);
    const { low = 0, high = 0 } = plan?.estimates.calls.total ?? {};
    expect(total.calls).toBeGreaterThanOrEqual(low);
    expect(total.calls).toBeLessThanOrEqual(high);
    expect(await mentions(cwd, key)).toEqual([]);

    const doctor = await spawnCli(["doctor", "config.yaml", "--online"], { cwd, env });
    expect(doctor.exitCode, doctor.stdout).toBe(0);
    const shown = await spawnCli(["runs", "show", output.run], { cwd });
    expect(shown.stdout).toContain("improved");
    await provider.close();
  });

  test("an invalid key stops the run immediately with exit 4", async () => {
    const provider = await startProvider();
    const result = await spawnCli(["run", "config.yaml"], {
      cwd: workspace.in("examples/real-provider"),
      env: { OPENAI_API_KEY: "sk-wrong-0123456789", OPENAI_BASE_URL: provider.baseUrl },
    });
    expect(result.exitCode, result.stderr).toBe(4);
    expect(result.stderr).not.toContain("sk-wrong-0123456789");
    expect(provider.count).toBe(0);
    expect(provider.requests.length).toBeLessThan(20);
    await provider.close();
  });
});

describe("ci", () => {
  const workflowSchema = z.object({
    jobs: z.object({ optimize: z.object({ steps: z.array(z.object({ run: z.string().optional() })) }) }),
  });

  test("the workflow's commands pass the first pull request and fail the second", async () => {
    const cwd = workspace.in("examples/ci");
    const { jobs } = workflowSchema.parse(parse(await readText(cwd, "workflow.yml")));
    const steps = jobs.optimize.steps.flatMap(({ run }) =>
      run === undefined || foreignCommands.test(run) ? [] : [run],
    );
    const summary = workspace.in("summary.md");
    const env = {
      PATH: `${workspace.commands}:${process.env["PATH"]}`,
      CI: "true",
      GITHUB_STEP_SUMMARY: summary,
    };
    for (const line of steps) {
      const step = await spawnShell(line, { cwd, env });
      expect(step.exitCode, `${line}\n${step.stdout}\n${step.stderr}`).toBe(0);
    }
    const firstSummary = await readText(summary);
    expect(firstSummary).toMatch(/^### dao-opt\n/);
    expect(firstSummary).toContain("| improved (offline) |");
    expect(await readText(cwd, "dao-opt-junit.xml")).toContain('tests="1" failures="0" errors="0"');

    const gate = steps.find((line) => line.includes("--fail-on")) ?? "";
    const second = await spawnShell(gate, { cwd, env });
    expect(second.exitCode, second.stderr).toBe(100);
    expect(await readText(cwd, "dao-opt-junit.xml")).toContain('tests="1" failures="1" errors="0"');
  });

  test("answers kept in the cache are free for the next job", async () => {
    const cwd = workspace.in("examples/ci");
    const first = await runJson(cwd, ["config.yaml", "--registry", "first"]);
    const second = await runJson(cwd, ["config.yaml", "--registry", "second"]);
    expect(first.optimization.usage.total.calls).toBeGreaterThan(100);
    expect(second.optimization.usage.total.calls).toBe(0);
    expect(second.optimization.scores).toEqual(first.optimization.scores);
  });
});

/** Files under a folder that hold a text. */
async function mentions(folder: string, text: string): Promise<string[]> {
  const files = await filesBelow(folder);
  const holding = await Promise.all(
    files.map(async (file) => ((await readText(folder, file)).includes(text) ? [file] : [])),
  );
  return holding.flat();
}
