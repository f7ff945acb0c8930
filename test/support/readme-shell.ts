import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type SpawnedResult, spawnShell } from "./spawn-cli.ts";
import type { Workspace } from "./workspace.ts";

export interface Shell {
  run(line: string): Promise<SpawnedResult>;
}

/** A shell that remembers its folder and exported variables from line to line, as a terminal does. */
export function openShell(
  workspace: Workspace,
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Shell {
  const state = join(workspace.commands, "state.sh");
  writeFileSync(state, `cd '${workspace.in(folder)}'\n`);
  const { PATH = process.env["PATH"], ...others } = env;
  return {
    run: (line) =>
      spawnShell(
        `set -o pipefail; . '${state}'\n${line}\nstatus=$?\n{ echo "cd '$PWD'"; export -p; } > '${state}'; exit $status`,
        {
          cwd: workspace.folder,
          env: { ...others, PATH: `${workspace.commands}:${PATH}`, COLUMNS: "140" },
        },
      ),
  };
}
