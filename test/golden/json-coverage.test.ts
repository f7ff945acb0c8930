import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { CommandSpec } from "../../src/cli/command-spec.ts";
import { commandSpecs } from "../../src/cli/commands/command-specs.ts";

/** The words, joined by -, of each command that runs and takes `--json`. */
function jsonCommandsOf({ name, flags = [], load, commands = [] }: CommandSpec): readonly string[] {
  const below = commands.flatMap(jsonCommandsOf).map((words) => `${name}-${words}`);
  return load !== undefined && flags.includes("json") ? [name, ...below] : below;
}

test("each command that takes --json has a stored output", () => {
  const folder = fileURLToPath(new URL("json", import.meta.url));
  const stored = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".json"))
    .map((path) => path.replace(/^.*[\\/]/, "").replace(/\..*$/, ""));
  const commands = commandSpecs.flatMap(jsonCommandsOf);
  expect(commands.length).toBeGreaterThan(40);
  expect(commands.filter((command) => !stored.includes(command))).toEqual([]);
});
