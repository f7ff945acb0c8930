import { relative } from "node:path";
import type { ConfigFolders } from "../../config/read-folders.ts";
import type { OptimizationRecord, PromptResult, RunRecord } from "../../contracts/run-record.ts";
import { shellWord } from "../../core/text/shell-word.ts";
import { byPrompts } from "../commands/run/best-optimizations.ts";
import type { Settings } from "../settings.ts";

/** A suggested command, and what it is for. */
export interface NextCommand {
  readonly command: string;
  readonly note?: string;
}

/**
 * Suggested next commands after a run. One optimization: read, use, report. Several: use the best of each prompt,
 * compare all.
 */
export function nextCommands(
  { optimizations, run }: Pick<RunRecord, "optimizations" | "run">,
  flags: FolderFlags,
): readonly NextCommand[] {
  const [only] = optimizations;
  if (only === undefined || optimizations.every(({ status }) => status === "skipped")) return [];
  const report = `dao-opt report ${run} --open${flags.stateFlag}`;
  if (optimizations.length === 1) {
    const moves = only.prompts.flatMap((prompt) => [
      ...diffCommand(prompt, only.prompts.length > 1, flags),
      ...deployCommand(only, prompt, { isNamed: only.prompts.length > 1, isBest: false }, flags),
    ]);
    return [...moves, { note: "Open the report", command: report }];
  }
  const groups = [...byPrompts(optimizations).values()];
  const uses = groups.flatMap((group) => {
    const chosen = [...group].sort((one, other) => rankOf(other) - rankOf(one))[0] as OptimizationRecord;
    const isNamed = groups.length > 1 || chosen.prompts.length > 1;
    const isBest = group.length > 1 && chosen.status === "improved";
    return chosen.prompts.flatMap((prompt) => deployCommand(chosen, prompt, { isNamed, isBest }, flags));
  });
  return [...uses, { note: "Compare all", command: report }];
}

/** A proven gain is better than none, and the larger one is better. */
function rankOf({ status, scores }: OptimizationRecord): number {
  return (status === "improved" ? 10 : 0) + (scores.test?.difference ?? -1);
}

function diffCommand(
  { path, base, optimized }: PromptResult,
  isNamed: boolean,
  { registryFlag }: FolderFlags,
): readonly NextCommand[] {
  if (optimized === null || optimized.version === base.version) return [];
  const [before, after] = [base.version, optimized.version].map((version) => shellWord(`${path}/${version}`));
  return [
    {
      note: `Read the change${isNamed ? ` of ${path}` : ""}`,
      command: `dao-opt registry diff ${before} ${after}${registryFlag}`,
    },
  ];
}

const usualEnvironment = "production";

function deployCommand(
  { status, deployedTo }: OptimizationRecord,
  { path, base, optimized }: PromptResult,
  { isNamed, isBest }: { readonly isNamed: boolean; readonly isBest: boolean },
  { registryFlag }: FolderFlags,
): readonly NextCommand[] {
  if (optimized === null || optimized.version === base.version || deployedTo === usualEnvironment) return [];
  // Deploying a version without a proven improvement requires a note.
  const force = status === "improved" ? "" : ' --force --note "why"';
  const version = `${isBest ? "the best, " : ""}version ${optimized.version}${isNamed ? ` of ${path}` : ""}`;
  return [
    {
      note:
        deployedTo === null
          ? `Use ${version} (\`call\` does not until it is deployed)`
          : `Use ${version} in ${usualEnvironment} too (it is deployed to ${deployedTo})`,
      command: `dao-opt registry deploy ${shellWord(`${path}/${optimized.version}`)} --environment ${usualEnvironment}${force}${registryFlag}`,
    },
  ];
}

/** The command that resumes a run, with every flag that affects the plan or locates the run. */
export function resumeCommand(config: string, run: string, settings: Settings): string {
  return commandAgain("run", config, settings, ["--resume", run]);
}

/** A command with `words` and every flag that affects the plan or names a place. Omits limits and passwords. */
export function commandAgain(
  command: "run" | "migrate" | "judge align",
  config: string,
  { only, seed, set, envFile, prices, registry, state, answers }: Settings,
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
    ...flag("answers", hasPassword(answers) ? undefined : answers),
  ].join(" ");
}

/** Of an address; one that cannot be read may have one. */
function hasPassword(url = ""): boolean {
  if (!URL.canParse(url)) return true;
  const { password, searchParams } = new URL(url);
  return password !== "" || searchParams.has("password");
}

/** Flags that a suggested command needs to find these folders from `cwd`; empty for default folders. */
export interface FolderFlags {
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
