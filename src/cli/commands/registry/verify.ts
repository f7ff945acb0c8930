import { existsSync } from "node:fs";
import type { Verification } from "../../../contracts/registry.ts";
import type { CliContext } from "../../context.ts";
import { exitDone, exitRuntime } from "../../exit-codes.ts";
import { countOf } from "../../terminal/format.ts";
import { openRegistryCommand } from "./open.ts";
import { verifyOutput } from "./output.ts";

export async function verifyCommand(
  _args: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, path, print } = await openRegistryCommand(options, context);
  const isRepaired = options["repair"] === true;
  const found = await registry.verify({ repair: isRepaired });
  const output = verifyOutput(found);
  print(output, () => {
    const lines = [
      ...output.damage.map(({ file, message }) => `damage  ${file}: ${message}`),
      ...output.notes.map(({ file, message }) => `note    ${file}: ${message}`),
      output.ok ? soundText(path) : `${path}: ${damageText(found.damage, isRepaired)}`,
    ];
    return `${lines.join("\n")}\n`;
  });
  return output.ok ? exitDone : exitRuntime;
}

function soundText(path: string): string {
  return existsSync(path) ? `${path} is intact` : `there is no registry in ${path}`;
}

/** Findings left after a repair have no repair. */
function damageText(damage: Verification["damage"], isRepaired: boolean): string {
  const damaged = `${countOf(damage.length, "thing")} damaged`;
  const mended = isRepaired ? 0 : damage.filter(({ isByHand }) => isByHand !== true).length;
  if (mended === 0) return `${damaged}; fix manually, because no repair is possible`;
  return `${damaged}; --repair sets ${mended === damage.length ? "them" : `${mended} of them`} aside`;
}
