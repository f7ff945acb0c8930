import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli } from "../../support/run-cli.ts";

const cwd = mkdtempSync(join(tmpdir(), "dao-opt-collect-"));

test("collect has its own action, and subcommands with their own flags", async () => {
  const help = await runCli(["collect", "--help"], { cwd });
  expect(help.stdout).toContain("Usage: dao-opt collect [options] [command] [config]");
  const below = await runCli(["collect", "import", "--help"], { cwd });
  expect(below.stdout).toContain("Usage: dao-opt collect import [options] <file...>");
  expect(below.stdout).toContain("--infer-template");
});

test("a flag after a subcommand belongs to the subcommand", async () => {
  const { exitCode, stderr } = await runCli(["collect", "import", "none.jsonl", "--infer-template"], { cwd });
  expect(exitCode).toBe(2);
  expect(stderr).not.toContain("unknown option");
});
