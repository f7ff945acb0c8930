import { relative } from "node:path";
import type { ConfigFolders } from "../../config/read-folders.ts";
import type { OptimizationRecord } from "../../contracts/run-record.ts";
import { shellWord } from "../../core/text/shell-word.ts";
import type { Settings } from "../settings.ts";

/** A suggested command with an optional note. */
export interface NextCommand {
  readonly command: string;
  readonly note?: string;
}

/** Suggested next commands for an optimization. */
export function nextCommands(
  record: OptimizationRecord,
  run: string,
  { registryFlag, stateFlag }: FolderFlags,
): readonly NextCommand[] {
  if (record.status === "skipped") return [];
  const moves = record.prompts.flatMap(({ path, base, optimized }): NextCommand[] => {
    if (optimized === null || optimized.version === base.version) return [];
    // Deploying a version without a proven improvement requires a note.
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
            : `version ${optimized.version} is not used by \`call\` until it is deployed`,
      },
    ];
  });
  return [...moves, { command: `dao-opt report ${run}${stateFlag}` }];
}

/** The command that resumes a run, with every flag that affects the plan or locates the run. */
export function resumeCommand(config: string, run: string, settings: Settings): string {
  return commandAgain("run", config, settings, ["--resume", run]);
}

/** A command with `words` and every flag that affects the plan or names a folder. Omits limits. */
export function commandAgain(
  command: "run" | "migrate" | "judge align",
  config: string,
  { only, seed, set, envFile, prices, registry, state }: Settings,
  words: readonly string[],
): string {
  const flag = (name: string, value: string | undefined) =>
    value === undefined ? [] : [`--${name}`, shellWord(value)];
  return [
    `dao-opt ${command}`,
    shellWord(config),
    ...words.map(shellWord),
    ...(only === undefined ? [] : ["--only", ...only.map(shellWord)]),
    ...flag("seed", seed?.toString()),
    ...(set ?? []).flatMap((one) => flag("set", one)),
    ...flag("env-file", envFile),
    ...flag("prices", prices),
    ...flag("registry", registry),
    ...flag("state", state),
  ].join(" ");
}

/** Flags that a suggested command needs to find these folders from `cwd`; empty for default folders. */
interface FolderFlags {
  readonly registryFlag: string;
  readonly stateFlag: string;
}

export function folderFlags(cwd: string, folders: ConfigFolders, usual: ConfigFolders): FolderFlags {
  const flag = (name: string, usualPath: string, path: string) =>
    path === usualPath ? "" : ` --${name} ${shellWord(relative(cwd, path) || ".")}`;
  return {
    registryFlag: flag("registry", usual.registryPath, folders.registryPath),
    stateFlag: flag("state", usual.statePath, folders.statePath),
  };
}
