import { UsageError } from "../../core/errors.ts";
import { nearNames } from "../../core/near-names.ts";
import type { Action, CommandSpec } from "../command-spec.ts";
import { completionTable } from "../completion/completion-table.ts";
import { renderBash } from "../completion/render-bash.ts";
import { renderFish } from "../completion/render-fish.ts";
import { renderZsh } from "../completion/render-zsh.ts";
import { exitDone } from "../exit-codes.ts";

const shells = { bash: renderBash, zsh: renderZsh, fish: renderFish } as const;

/** `completion`: a script made from the same table as the help. */
export function completionCommand(specs: readonly CommandSpec[]): Action {
  return async ([shell = ""], _options, context) => {
    const known = Object.keys(shells);
    if (!isShell(shell)) {
      const [near] = nearNames(shell, known);
      throw new UsageError(`no completion for shell "${shell}"`, {
        hint: near === undefined ? "there are bash, zsh and fish" : `did you mean ${near}?`,
      });
    }
    context.stdout.write(shells[shell](completionTable(specs)));
    return exitDone;
  };
}

function isShell(name: string): name is keyof typeof shells {
  return Object.hasOwn(shells, name);
}
