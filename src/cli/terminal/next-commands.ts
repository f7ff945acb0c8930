import type { OptimizationRecord } from "../../contracts/run-record.ts";
import { shellWord } from "../../core/text/shell-word.ts";
import type { FolderFlags } from "./folder-flags.ts";

/** A line to type next, with a word on it. */
export interface NextCommand {
  readonly command: string;
  readonly note?: string;
}

/** The commands a person would type next for one optimization, with what each does. */
export function nextCommands(
  record: OptimizationRecord,
  run: string,
  { registryFlag, stateFlag }: FolderFlags,
): readonly NextCommand[] {
  if (record.status === "skipped") return [];
  const moves = record.prompts.flatMap(({ path, base, optimized }): NextCommand[] => {
    if (optimized === null || optimized.version === base.version) return [];
    // What was registered although nothing was proven wants a reason to be deployed.
    const force = record.status === "improved" ? "" : ' --force --note "why"';
    const [before, after] = [base.version, optimized.version].map((version) =>
      shellWord(`${path}/${version}`),
    );
    return [
      { command: `dao-opt registry diff ${before} ${after}${registryFlag}` },
      {
        command: `dao-opt registry deploy ${after} --environment production${force}${registryFlag}`,
        note:
          record.deployedTo !== null
            ? `version ${optimized.version} is deployed to ${record.deployedTo}`
            : `version ${optimized.version} is not what \`call\` uses until it is deployed`,
      },
    ];
  });
  return [...moves, { command: `dao-opt report ${run}${stateFlag}` }];
}
