import type { CliContext } from "../../context.ts";
import { exitDone, exitRuntime } from "../../exit-codes.ts";
import { verifyOutput } from "../../output/registry-output.ts";
import { countOf } from "../../terminal/format.ts";
import { openRegistryCommand } from "./open.ts";

export async function verifyCommand(
  _args: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, path, print } = await openRegistryCommand(options, context);
  const output = verifyOutput(await registry.verify({ repair: options["repair"] === true }));
  print(output, () => {
    const lines = [
      ...output.damage.map(({ file, message }) => `damage  ${file}: ${message}`),
      ...output.notes.map(({ file, message }) => `note    ${file}: ${message}`),
      output.ok
        ? `${path} is whole`
        : `${path}: ${countOf(output.damage.length, "thing")} damaged; --repair moves them aside`,
    ];
    return `${lines.join("\n")}\n`;
  });
  return output.ok ? exitDone : exitRuntime;
}
