import { cpSync, mkdtempSync, readFileSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { runOutputSchema } from "../../src/cli/commands/run/output.ts";
import { disagreementsOf, newestRun } from "../support/record-agreement.ts";
import { runCli } from "../support/run-cli.ts";
import { repository } from "../support/spawn-cli.ts";

vi.setConfig({ testTimeout: 180_000 });

const engines = ["gepa", "few_shot", "metaprompt", "mipro", "race"] as const;
const examples = ["json-extraction", "intent-labels"] as const;

async function runExample(folder: string, optimizer?: string) {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "dao-opt-agrees-")));
  cpSync(join(repository, "examples", folder), directory, { recursive: true });
  const config = readFileSync(join(directory, "config.yaml"), "utf8");
  const key = /prompt_optimizations:\n(?: *#.*\n)* +(\w+):/.exec(config)?.[1] ?? "";
  const set =
    optimizer === undefined
      ? []
      : ["--set", `optimizations.prompt_optimizations.${key}.optimizer=${optimizer}`];
  const result = await runCli(["run", "config.yaml", "--json", "--no-cache", ...set], { cwd: directory });
  expect(result.exitCode, result.stderr).toBe(0);
  const [optimization] = runOutputSchema.parse(result.json).optimizations;
  return { optimization, run: newestRun(join(directory, ".dao-opt")) };
}

test.each(engines)("the record of %s on the quickstart is consistent", async (engine) => {
  const { optimization, run } = await runExample("quickstart", engine);
  expect(optimization?.optimizer).toBe(engine);
  expect(disagreementsOf(run)).toEqual([]);
});

test.each(examples)("the record of examples/%s is consistent", async (folder) => {
  const { run } = await runExample(folder);
  expect(disagreementsOf(run)).toEqual([]);
});
