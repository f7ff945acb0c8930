import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { errorOutputSchema } from "../../src/cli/output/error-output.ts";
import { runCli } from "../support/run-cli.ts";
import { createWorldProject } from "../support/world-project.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "dao-opt-main-"));
});

describe("command line", () => {
  test("no arguments print the help and exit 2; --help exits 0 on stdout", async () => {
    const nothing = await runCli([], { cwd });
    expect(nothing.exitCode).toBe(2);
    expect(nothing.stdout).toBe("");
    expect(nothing.stderr).toContain("Usage: dao-opt [options] [command]");
    for (const argv of [
      ["--help"],
      ["help"],
      ["run", "--help"],
      ["help", "run"],
      ["registry", "deploy", "--help"],
    ]) {
      const { exitCode, stdout, stderr } = await runCli(argv, { cwd });
      expect([exitCode, stderr]).toEqual([0, ""]);
      expect(stdout).toContain("Usage: dao-opt");
    }
    expect((await runCli(["run", "--help"], { cwd })).stdout).toContain(
      "Examples:\n  $ dao-opt run config.yaml\n",
    );
  });

  test("an unknown command or flag exits 2 with a suggestion", async () => {
    expect(await runCli(["rnu"], { cwd })).toMatchObject({
      exitCode: 2,
      stderr: 'error: unknown command "rnu"\n  → did you mean run?\n',
    });
    expect(await runCli(["xyzzy"], { cwd })).toMatchObject({
      stderr: 'error: unknown command "xyzzy"\n  → run `dao-opt help` for a list of commands\n',
    });
    const flag = await runCli(["run", "config.yaml", "--max-call", "3"], { cwd });
    expect(flag).toMatchObject({
      exitCode: 2,
      stderr: "error: unknown option '--max-call'\n  → did you mean --max-calls?\n",
    });
    const failed = await runCli(["run", "config.yaml", "--max-call", "3", "--json"], { cwd });
    expect(failed.json).toMatchObject({
      error: { message: "unknown option '--max-call'", hint: "did you mean --max-calls?" },
    });
    const choice = await runCli(["run", "config.yaml", "--fail-on", "never"], { cwd });
    expect(choice.exitCode).toBe(2);
    expect(choice.stderr).toContain("Allowed choices are regressed, no_proven_improvement.");
  });

  test("a missing config exits 2 with a hint, and prints a JSON document with --json", async () => {
    const { exitCode, stderr } = await runCli(["run", "config.yaml"], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toBe("error: config.yaml  no such file; run `dao-opt init` to create one\n");
    const { json, ...rest } = await runCli(["run", "config.yaml", "--json"], { cwd });
    expect(rest).toMatchObject({ exitCode: 2, stderr: "" });
    expect(errorOutputSchema.parse(json).error).toMatchObject({
      code: "config_invalid",
      issues: [{ file: "config.yaml", line: null, message: "no such file" }],
    });
  });

  test("a usage error is a JSON document too, by flag and by variable", async () => {
    for (const [argv, env] of [
      [["run", "--json"], {}],
      [["run"], { DAO_OPT_JSON: "1" }],
    ] as const) {
      const { json, exitCode } = await runCli(argv, { cwd, env });
      expect(exitCode).toBe(2);
      expect(errorOutputSchema.parse(json).error).toEqual({
        code: "usage_invalid",
        message: "no config given, and there is no config.yaml in this folder",
        hint: "pass one (`dao-opt run config.yaml`) or create one with `dao-opt init`",
        issues: [],
      });
    }
  });

  test("all config errors are reported at once with their positions; rows by file and line", async () => {
    const project = createWorldProject({ optimization: { num_candidate: 3, scorer: "x" } });
    const config = await project.run();
    expect(config.exitCode).toBe(2);
    expect(config.stderr).toMatch(
      /^error: 2 problems in the config\n {2}config\.yaml:\d+:\d+ {2}optimizations\.prompt_optimizations\.x\.num_candidate: unknown key; did you mean num_candidates\?\n/,
    );

    const broken = createWorldProject();
    writeFileSync(
      join(broken.directory, "rows.jsonl"),
      '{"inputs":{"text":"a"},"expected_response":"b"}\n{"oops\n',
    );
    const { exitCode, stderr, stdout } = await broken.run();
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("rows.jsonl:2");
    const { json } = await broken.run(["--json"]);
    expect(errorOutputSchema.parse(json).error).toMatchObject({
      code: "dataset_invalid",
      issues: [{ file: expect.stringContaining("rows.jsonl"), line: 2 }],
    });
  });

  test("--debug shows the stack of a known error", async () => {
    const { stderr } = await runCli(["run", "config.yaml", "--debug"], { cwd });
    expect(stderr).toMatch(/error: config\.yaml {2}no such file; .*\n(.*\n)*ConfigError: .*\n\s+at /);
  });

  test("--set may be given several times and does not swallow the config", async () => {
    const project = createWorldProject();
    const set = "optimizations.prompt_optimizations.x";
    const { exitCode, json } = await project.cli([
      "run",
      "--set",
      `${set}.patience=7`,
      "--set",
      `${set}.max_steps=2`,
      "config.yaml",
      "--dry-run",
      "--json",
    ]);
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({ config: "config.yaml" });
  });
});
