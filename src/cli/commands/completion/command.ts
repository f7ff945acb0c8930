import { UsageError } from "../../../core/errors.ts";
import { nearNames } from "../../../core/text/near-names.ts";
import type { Action, CommandSpec } from "../../command-spec.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { declaredThings } from "../../session/find-config.ts";
import {
  type CompletionTable,
  completionTable,
  renderBash,
  renderFish,
  renderZsh,
} from "./render-completion.ts";

const shells = { bash: renderBash, zsh: renderZsh, fish: renderFish } as const;

/** `completion`: builds the script from the same specs as the parser and the help. */
export function completionCommand(specs: readonly CommandSpec[]): Action {
  return async ([shell = ""], { config }, context) => {
    const known = Object.keys(shells);
    if (!isShell(shell)) {
      const [near] = nearNames(shell, known);
      throw new UsageError(`unsupported shell "${shell}"`, {
        hint: near === undefined ? "supported shells: bash, zsh, fish" : `did you mean ${near}?`,
      });
    }
    const names = typeof config === "string" ? await optimizationNames(config, context) : [];
    context.stdout.write(shells[shell](withChoices(completionTable(specs), "--only", names)));
    return exitDone;
  };
}

function isShell(name: string): name is keyof typeof shells {
  return Object.hasOwn(shells, name);
}

/** Returns only names without shell metacharacters, because they become part of a script. */
async function optimizationNames(file: string, context: CliContext): Promise<readonly string[]> {
  const { optimizations } = await declaredThings(file, context);
  return Object.values(optimizations).flatMap(({ name }) => (/^[\w][\w.-]*$/.test(name) ? [name] : []));
}

function withChoices(table: CompletionTable, flag: string, choices: readonly string[]): CompletionTable {
  const values = table.values.map((value) =>
    value.flag === flag && choices.length > 0 ? { ...value, choices } : value,
  );
  return { ...table, values };
}
