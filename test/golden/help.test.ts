import { expect, test } from "vitest";
import type { CommandSpec } from "../../src/cli/command-spec.ts";
import { commandSpecs } from "../../src/cli/commands/command-specs.ts";
import { goldenFiles } from "../support/golden-files.ts";
import { runCli } from "../support/run-cli.ts";
import { repository } from "../support/spawn-cli.ts";

const golden = goldenFiles("help");

/** The words of a command and of each command below it. */
function commandsOf({ name, commands = [] }: CommandSpec): readonly (readonly string[])[] {
  return [[name], ...commands.flatMap(commandsOf).map((words) => [name, ...words])];
}

test.each([[], ...commandSpecs.flatMap(commandsOf)].map((words) => [words.join(" "), words] as const))(
  "`dao-opt %s --help` prints what is stored",
  async (_, words) => {
    const { exitCode, stdout, stderr } = await runCli([...words, "--help"], { cwd: repository });
    expect([exitCode, stderr]).toEqual([0, ""]);
    golden.expect(`${["dao-opt", ...words].join("-")}.txt`, stdout);
  },
);

test("no text is stored for a missing command", () => golden.expectNoOthers());
