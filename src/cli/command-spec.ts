import type { CliContext } from "./context.ts";
import type { FlagName } from "./flags.ts";

/** Runs a command and resolves to its exit code. */
export type Action = (
  args: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
) => Promise<number>;

/** A command as data. The parser, the help and the shell completion are all built from it. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** Names in commander's notation: `<config>`, `[run]`, `<reference...>`. */
  readonly args?: readonly (readonly [name: string, description: string])[];
  /** Flags shared with other commands. */
  readonly flags?: readonly FlagName[];
  /** Flags of this command only; `list` marks a repeatable flag. */
  readonly own?: readonly (readonly [flags: string, description: string, kind?: "list"])[];
  readonly examples: readonly string[];
  /** Imports the action. A command's code is loaded only when it runs. */
  readonly load?: () => Promise<Action>;
  readonly commands?: readonly CommandSpec[];
}

export const configArgument = [
  "[config]",
  "YAML config file (default: config.yaml in the current folder)",
] as const;

/** Flags of commands that make model calls. */
export const limitFlags = [
  "concurrency",
  "workers",
  "maxCalls",
  "maxCost",
  "timeout",
] as const satisfies readonly FlagName[];

/** Flags that override the config and its folders. */
export const placeFlags = ["set", "envFile", "registry", "state"] as const satisfies readonly FlagName[];

/** Flags that control terminal output. */
export const outputFlags = [
  "quiet",
  "verbose",
  "debug",
  "noColor",
  "noProgress",
] as const satisfies readonly FlagName[];

/** Whether the first argument is a config file. */
export function takesConfig({ args = [] }: CommandSpec): boolean {
  return args[0]?.[0] === "[config]";
}

/** The shared flags of a command. Adds `--config` to each command that does not define its own. */
export function flagsOf(spec: CommandSpec): readonly FlagName[] {
  const own = spec.flags ?? [];
  const has = own.includes("config") || (spec.own ?? []).some(([text]) => text.startsWith("--config "));
  return spec.load === undefined || has ? own : [...own, "config"];
}
