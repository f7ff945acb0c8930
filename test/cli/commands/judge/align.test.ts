import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { judgeAlignOutputSchema } from "../../../../src/cli/commands/judge/align-output.ts";
import { judgeCheckOutputSchema } from "../../../../src/cli/commands/judge/check-output.ts";
import { runOutputSchema } from "../../../../src/cli/commands/run/output.ts";
import { type CliOptions, runCli } from "../../../support/run-cli.ts";
import { repository } from "../../../support/spawn-cli.ts";

const labels = ["--labels", "data/labels.csv"];

function exampleFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "dao-opt-align-")));
  cpSync(join(repository, "examples", "judges"), folder, { recursive: true });
  return folder;
}

const align = (cwd: string, args: readonly string[] = [], options: Partial<CliOptions> = {}) =>
  runCli(["judge", "align", "config.yaml", ...labels, ...args], { cwd, ...options });

/** Names registered rules in the config's scorer. */
function useRules(cwd: string, prompt: string): void {
  const config = readFileSync(join(cwd, "config.yaml"), "utf8");
  const scorer = `scorers: [{ use: correctness, prompt: ${prompt} }]`;
  writeFileSync(join(cwd, "config.yaml"), config.replace(/scorers: .*/, scorer));
}

function newestReport(cwd: string): string {
  const runs = join(cwd, ".dao-opt", "runs");
  return readFileSync(join(runs, readdirSync(runs).sort().at(-1) ?? "", "report.html"), "utf8");
}

describe("an aligned judge", () => {
  const cwd = exampleFolder();
  let output: ReturnType<typeof judgeAlignOutputSchema.parse>;

  beforeAll(async () => {
    const result = await align(cwd, ["--json"]);
    expect(result.exitCode, result.stderr).toBe(0);
    output = judgeAlignOutputSchema.parse(JSON.parse(result.stdout));
  }, 60_000);

  test("agrees more on labels that the search never saw, and is registered", () => {
    const [one] = output.run.optimizations;
    expect(one).toMatchObject({
      status: "improved",
      prompt: "judges/correctness",
      optimized: { version: 2 },
    });
    expect(one?.scores.test?.interval[0]).toBeGreaterThan(0);
    const { base, optimized } = output.held_out ?? {};
    expect(base?.rows).toBe(one?.scores.test?.rows);
    expect(optimized?.kappa.interval?.[0]).toBeGreaterThan(base?.kappa.interval?.[1] ?? 1);
    // The score of the gate is the agreement.
    expect(optimized?.agreement).toBeCloseTo(one?.scores.test?.optimized ?? 0, 9);
    expect(output.use).toBe("{ use: correctness, prompt: judges/correctness/2 }");
    expect(String(one?.optimized?.template)).toMatch(/\n\n\{\{question\}\}$/);
  });

  test("keeps answers to one question on one side", () => {
    const [run = ""] = readdirSync(join(cwd, ".dao-opt", "runs"));
    const record = JSON.parse(readFileSync(join(cwd, ".dao-opt", "runs", run, "record.json"), "utf8"));
    const questionOf = (inputs: { question: string }) =>
      /## Input\n<[^>]+>\n(.*)\n/.exec(inputs.question)?.[1];
    const held = new Set(
      record.optimizations[0].rows.map((row: { inputs: { question: string } }) => questionOf(row.inputs)),
    );
    expect(held.size).toBeGreaterThan(5);
    expect(held.size * 7).toBeGreaterThanOrEqual(record.optimizations[0].rows.length);
    // Whole questions are held out: 7 answers each, fewer where people were tied.
    expect(record.optimizations[0].rows.length / held.size).toBeGreaterThan(6);
  });

  test("scores a later run, whose report names the held-out agreement", async () => {
    const unchecked = await runCli(["run", "config.yaml", "--json"], { cwd });
    const [first] = runOutputSchema.parse(JSON.parse(unchecked.stdout)).optimizations;
    expect(first?.judges).toMatchObject([{ scorer: "correctness", prompt: null, check: null }]);
    expect(newestReport(cwd)).toContain("was never checked against people: dao-opt judge check");

    useRules(cwd, "judges/correctness");
    const aligned = await runCli(["run", "config.yaml", "--json"], { cwd });
    const [second] = runOutputSchema.parse(JSON.parse(aligned.stdout)).optimizations;
    expect(aligned.stderr).toContain("scorer correctness has the rules of prompts:/judges/correctness/2");
    expect(second?.judges).toMatchObject([
      {
        prompt: "prompts:/judges/correctness/2",
        check: {
          held_out: true,
          labels: output.held_out?.optimized.rows,
          kappa: output.held_out?.optimized.kappa.value,
        },
      },
    ]);
    expect(newestReport(cwd)).toMatch(
      /was checked against people on \d{4}-\d\d-\d\d: kappa 0\.\d{3} \(95 % interval/,
    );
    // Other rules give other scores, so nothing of the plan is shared.
    expect(second?.scores).not.toEqual(first?.scores);
  });

  test("a check on the labels that it learned from is marked and replaces nothing", async () => {
    const result = await runCli(["judge", "check", "config.yaml", ...labels, "--json"], { cwd });
    const checked = judgeCheckOutputSchema.parse(JSON.parse(result.stdout));
    expect(checked.prompt).toBe("prompts:/judges/correctness/2");
    expect(checked.notes.join("\n")).toContain("rules were optimized on part of these labels");
    const run = await runCli(["run", "config.yaml", "--json"], { cwd });
    const [one] = runOutputSchema.parse(JSON.parse(run.stdout)).optimizations;
    expect(one?.judges?.[0]?.check).toMatchObject({ held_out: true });
  });

  test("is the base of the next alignment", async () => {
    const { stderr } = await align(cwd, ["--dry-run"]);
    expect(stderr + (await align(cwd, ["--dry-run"])).stdout).toContain("base is version 2 of the registry");
  });
});

test("an interrupted alignment resumes to the same result, apart from the config's own runs", async () => {
  const cwd = exampleFolder();
  const whole = judgeAlignOutputSchema.parse(JSON.parse((await align(exampleFolder(), ["--json"])).stdout));
  const stopped = await align(cwd, ["--json", "--max-calls", "150", "--no-cache"]);
  expect(stopped.exitCode).toBe(3);
  expect(stopped.stderr).toMatch(/dao-opt judge align config\.yaml --labels data\/labels\.csv --resume r_/);
  // A run of the config in between is not what is resumed.
  await runCli(["run", "config.yaml"], { cwd });
  const resumed = await align(cwd, ["--json", "--resume", "--no-cache"]);
  expect(resumed.exitCode, resumed.stderr).toBe(0);
  const output = judgeAlignOutputSchema.parse(JSON.parse(resumed.stdout));
  expect(output.held_out).toEqual(whole.held_out);
  expect(output.run.optimizations[0]?.optimized?.template).toEqual(
    whole.run.optimizations[0]?.optimized?.template,
  );
}, 120_000);

describe("mistakes", () => {
  const withScorer = (cwd: string, scorer: string) => {
    const config = readFileSync(join(cwd, "config.yaml"), "utf8");
    writeFileSync(join(cwd, "config.yaml"), config.replace(/scorers: .*/, `scorers: [${scorer}]`));
  };

  test.each([
    ["{ use: correctness, prompt: judges/missing }", /scorers\.0\.prompt: .*judges\/missing/],
    [
      "{ use: exact_match, prompt: judges/x }",
      /scorers\.0\.prompt: scorer exact_match asks no judge and takes no prompt/,
    ],
    [
      "{ use: correctness, prompt: judges/x, options: { instructions: a } }",
      /both a prompt and options\.instructions/,
    ],
    ["{ use: correctness, options: { template: no variable } }", /must contain \{\{question\}\}/],
    [
      "{ use: correctness, options: { template: '{{question}} {{other}}' } }",
      /may only use \{\{question\}\} and \{\{rules\}\}/,
    ],
  ])("%s", async (scorer, message) => {
    const cwd = exampleFolder();
    withScorer(cwd, scorer);
    const { exitCode, stderr } = await runCli(["validate", "config.yaml"], { cwd });
    expect(exitCode, stderr).toBe(2);
    expect(stderr).toMatch(message);
  });

  test("pairwise asks two questions and cannot be aligned", async () => {
    const { exitCode, stderr } = await align(exampleFolder(), ["--scorer", "pairwise"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("the rules of pairwise cannot be optimized");
  });
});
