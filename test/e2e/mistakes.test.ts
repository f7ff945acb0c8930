import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runOutputSchema } from "../../src/cli/commands/run/output.ts";
import { planOutputSchema } from "../../src/cli/commands/run/plan-output.ts";
import { errorOutputSchema } from "../../src/cli/output/error-output.ts";
import { answerOffline } from "../../src/offline/answer-offline.ts";
import { startLoopbackOpenAI } from "../support/loopback-openai.ts";
import { seedConfig } from "../support/seed-config.ts";
import { bin, spawnCli, spawnShell } from "../support/spawn-cli.ts";
import { createWorkspace, filesBelow, parseJson, readText, type Workspace } from "../support/workspace.ts";

let workspace: Workspace;
let cwd: string;
let config: string;

beforeEach(async () => {
  workspace = await createWorkspace();
  cwd = workspace.in("project");
  expect((await spawnCli(["init", cwd], { cwd: workspace.folder })).exitCode).toBe(0);
  config = await readText(cwd, "config.yaml");
});

afterEach(() => workspace.close());

/** Writes a changed copy of the config created by `init`. */
async function writeChanged(name: string, changes: Readonly<Record<string, string>>): Promise<void> {
  const changed = Object.entries(changes).reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replaceAll(from, to);
  }, config);
  await writeFile(join(cwd, name), changed);
}

test("in a deleted working folder every command prints a one-line error with a fix, and help works", async () => {
  const gone = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"';
  const run = (...args: readonly string[]) =>
    spawnShell(gone, { cwd: workspace.folder, args: [process.execPath, bin, ...args] });
  for (const command of [["registry", "list"], ["serve"], ["validate", "config.yaml"]]) {
    expect(await run(...command)).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr:
        "error: the working folder does not exist or is not readable\n  → change to an existing folder with cd\n",
    });
  }
  const help = await run("--help");
  expect([help.exitCode, help.stderr]).toEqual([0, ""]);
});

const realModels = {
  "offline/large": "gpt-4o",
  "offline/small": "gpt-4o-mini",
  "provider: offline": "provider: openai",
};

describe("configs", () => {
  test("invalid YAML: line and column, exit 2, and nothing is written", async () => {
    await writeFile(join(cwd, "bad.yaml"), "prompts:\n  a: [1,\nb: }\n");
    const result = await spawnCli(["run", "bad.yaml"], { cwd });
    expect(result.exitCode).toBe(2);
    expect(result.stdout).toBe("");
    expect(result.stderr).toMatch(/^error: bad\.yaml:2:6 {2}`\[` is not closed/);
    expect(await filesBelow(join(cwd, ".dao-opt"))).toEqual([]);
  });

  test("every error at once, each with its line, its key and its fix", async () => {
    await writeChanged("wrong.yaml", {
      num_candidates: "num_candidate",
      "max_steps: 3": "max_steps: three",
      "agent: *sentiment_agent": "agent: sentiment_agnt",
    });
    const lines = [
      'wrong.yaml:54:7  optimizations.prompt_optimizations.optimize_sentiment.agent: no agent named "sentiment_agnt"; did you mean sentiment_agent?',
      "wrong.yaml:57:7  optimizations.prompt_optimizations.optimize_sentiment.num_candidate: unknown key; did you mean num_candidates?",
      'wrong.yaml:58:7  optimizations.prompt_optimizations.optimize_sentiment.max_steps: must be a number, got "three"',
    ];
    for (const command of ["run", "validate", "eval"]) {
      const result = await spawnCli([command, "wrong.yaml"], { cwd });
      expect(result.exitCode, command).toBe(2);
      expect(result.stderr).toBe(
        `error: 3 problems in the config\n${lines.map((line) => `  ${line}\n`).join("")}`,
      );
    }
    const failed = await spawnCli(["run", "wrong.yaml", "--json"], { cwd });
    expect(failed.exitCode).toBe(2);
    const { error } = parseJson(failed.stdout, errorOutputSchema);
    expect(error).toMatchObject({ code: "config_invalid", message: lines.join("\n") });
    expect(error.issues.map(({ line }) => line)).toEqual([54, 57, 58]);
  });

  test("a missing config, an unknown command, an unknown flag", async () => {
    const cases: readonly (readonly [readonly string[], string])[] = [
      [["run", "nothere.yaml"], "error: nothere.yaml  no such file; run `dao-opt init` to create one\n"],
      [["rn"], 'error: unknown command "rn"\n  → did you mean run?\n'],
      [
        ["run", "config.yaml", "--max-call", "3"],
        "error: unknown option '--max-call'\n  → did you mean --max-calls?\n",
      ],
    ];
    for (const [args, stderr] of cases) {
      expect(await spawnCli(args, { cwd }), args.join(" ")).toMatchObject({
        exitCode: 2,
        stdout: "",
        stderr,
      });
    }
  });
});

describe("providers", () => {
  test("no OPENAI_API_KEY: exit 4, and the hint names the variable and the key", async () => {
    await writeChanged("real.yaml", realModels);
    const result = await spawnCli(["run", "real.yaml", "--json"], { cwd });
    expect(result.exitCode).toBe(4);
    expect(parseJson(result.stdout, errorOutputSchema).error).toMatchObject({
      code: "model_auth",
      message: expect.stringContaining('no API key for model "gpt-4o-mini" (provider openai)'),
      hint: expect.stringContaining("set OPENAI_API_KEY, or api_key of resources.llms.small"),
    });
    expect(result.stderr).not.toMatch(/node:internal|\bbug\b/);
  });

  test("an unset variable in the config: named with its line, exit 2", async () => {
    await writeChanged("real.yaml", {
      "provider: offline": "provider: openai\n      api_key: ${env:MY_KEY}",
    });
    const result = await spawnCli(["validate", "real.yaml"], { cwd });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toMatch(/real\.yaml:\d+:\d+ .*MY_KEY/);
  });

  test("nothing listens at the address: exit 4, and the message names the address", async () => {
    const address = await closedAddress();
    await writeChanged("real.yaml", { ...realModels, "provider: offline": "retries: 1" });
    const result = await spawnCli(["run", "real.yaml", "--json"], {
      cwd,
      env: { OPENAI_API_KEY: "none", OPENAI_BASE_URL: address },
    });
    expect(result.exitCode, result.stderr).toBe(4);
    const { optimizations } = parseJson(result.stdout, runOutputSchema);
    expect(optimizations[0]?.error?.code).toBe("model_unreachable");
    expect(optimizations[0]?.error?.message).toContain(address);
  });
});

describe("the seed's own page", () => {
  const schemas = "schemas: { main_schema: &main_schema { catalog_name: main, schema_name: default } }\n";

  test("its example runs unchanged with the schema declared and a dataset collected earlier", async () => {
    await writeFile(join(cwd, "seed.yaml"), `${schemas}${seedConfig}`);
    await mkdir(join(cwd, ".dao-opt/datasets"), { recursive: true });
    await writeFile(
      join(cwd, ".dao-opt/datasets/sentiment_migration_dataset.jsonl"),
      await readText(workspace.in("config/examples/data/sentiment_migration_dataset.jsonl")),
    );
    const provider = await startLoopbackOpenAI({
      answer: ({ model = "", messages = [] }) => {
        const asked = messages.map(({ content }) => ({ role: "user" as const, content: String(content) }));
        return answerOffline({
          model: model === "gpt-4" ? "large" : "small",
          messages: asked,
          parameters: {},
        }).text;
      },
    });
    const result = await spawnCli(["run", "seed.yaml", "--json"], {
      cwd,
      env: { OPENAI_API_KEY: "sk-loopback", OPENAI_BASE_URL: provider.baseUrl },
    });
    expect(result.exitCode, result.stderr).toBe(0);
    const [optimization] = parseJson(result.stdout, runOutputSchema).optimizations;
    expect(optimization).toMatchObject({
      status: "improved",
      prompt: "main/default/sentiment_classifier",
      optimized: { version: 2 },
    });
    expect(new Set(provider.requests.map(({ body }) => body.model))).toEqual(
      new Set(["gpt-4", "gpt-4o-mini"]),
    );
    expect(provider.requests.every(({ body }) => body["temperature"] !== undefined)).toBe(true);
    await provider.close();
  });

  test("without the schema and the dataset: both are reported at once with what to add", async () => {
    await writeFile(join(cwd, "seed.yaml"), seedConfig);
    const result = await spawnCli(["run", "seed.yaml"], { cwd });
    expect(result).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: [
        "error: 2 problems in the config",
        "  seed.yaml:14:13  prompts.sentiment_classifier.schema: alias *main_schema has no anchor, and there is no schema of that name; add &main_schema to the schema it stands for, under schemas",
        '  seed.yaml:31:7  optimizations.prompt_optimizations.optimize_sentiment.dataset_name: no dataset named "sentiment_migration_dataset"; there are none yet; declare it under `datasets` with the path of its file, or collect it with `dao-opt collect`',
        "",
      ].join("\n"),
    });
  });

  test('"Dataset not found": lists datasets, similar names, and how to add one', async () => {
    await writeChanged("other.yaml", {
      "dataset_name: reviews": "dataset_name: sentiment_migration_dataset",
    });
    const other = await spawnCli(["run", "other.yaml"], { cwd });
    expect(other).toMatchObject({ exitCode: 2, stdout: "" });
    expect(other.stderr).toMatch(
      /^error: no dataset named "sentiment_migration_dataset"\n {2}→ there are: reviews; declare it under `datasets` with the path of its file, or collect it with `dao-opt collect`\n$/,
    );
    await writeChanged("near.yaml", { "dataset_name: reviews": "dataset_name: review" });
    expect(await spawnCli(["run", "near.yaml"], { cwd })).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: 'error: no dataset named "review"\n  → did you mean reviews?\n',
    });
    await writeChanged("file.yaml", { "./data/reviews.jsonl": "./data/review.jsonl" });
    expect(await spawnCli(["run", "file.yaml"], { cwd })).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: "error: no file data/review.jsonl\n  → did you mean reviews.jsonl?\n",
    });
  });

  test('"Agent reference by string not yet supported": is supported here', async () => {
    await writeChanged("string.yaml", {
      "agent: *sentiment_agent": "agent: sentiment_agent",
      "model: *small": "model: small",
      "prompt: *sentiment_classifier": "prompt: sentiment_classifier",
      "reflection_model: *large": "reflection_model: large",
    });
    const result = await spawnCli(["run", "string.yaml", "-q"], { cwd });
    expect(result.exitCode, result.stderr).toBe(0);
    expect(result.stdout).toMatch(/\n1 improved, 0 unchanged, 0 failed\n$/);
  });

  test('"Optimization takes too long": fewer candidates and steps plan fewer calls, printed before any call', async () => {
    const key = "optimizations.prompt_optimizations.optimize_sentiment";
    const planned = async (...set: string[]) => {
      const result = await spawnCli(
        ["run", "config.yaml", "--dry-run", "--json", ...set.flatMap((one) => ["--set", `${key}.${one}`])],
        { cwd },
      );
      expect(result.exitCode, result.stderr).toBe(0);
      const [plan] = parseJson(result.stdout, planOutputSchema).optimizations;
      return plan?.estimates ?? expect.fail("a plan without estimates");
    };
    const [full, fewer, least] = [
      await planned(),
      await planned("max_steps=1"),
      await planned("max_steps=1", "num_candidates=1"),
    ];
    expect(fewer.calls.total.high).toBeLessThan(full.calls.total.high);
    expect(least.calls.total.high).toBeLessThan(fewer.calls.total.high);
    expect(least.seconds?.high ?? 0).toBeLessThan(full.seconds?.high ?? 0);
    expect(await filesBelow(join(cwd, ".dao-opt"))).toEqual([]);
  });

  test("\"Optimized prompt doesn't improve quality\": is reported, with the page's next steps", async () => {
    expect((await spawnCli(["run", "config.yaml", "-q"], { cwd })).exitCode).toBe(0);
    const again = await spawnCli(["run", "config.yaml", "--json", "--fail-on", "no_proven_improvement"], {
      cwd,
    });
    expect(again.exitCode, again.stderr).toBe(100);
    const [optimization] = parseJson(again.stdout, runOutputSchema).optimizations;
    expect(optimization).toMatchObject({ status: "no_proven_improvement", optimized: null });
    expect(optimization?.advice.slice(-3)).toEqual([
      "collect more diverse rows, including hard cases",
      "try other parameters: more num_candidates or max_steps, another optimizer",
      "try another reflection_model or scorer_model",
    ]);
  });
});

/** An address on this machine where nothing listens anymore. */
async function closedAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/v1`;
}
