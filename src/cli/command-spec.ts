import type { CliContext } from "./context.ts";
import type { FlagName } from "./flags.ts";

/** What a command does; resolves to its exit code. */
export type Action = (
  args: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
) => Promise<number>;

/** A command as data: help, completion and the parser are made from it. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** `<config>`, `[run]`, `<reference...>` */
  readonly args?: readonly (readonly [name: string, description: string])[];
  readonly flags?: readonly FlagName[];
  /** Flags of this command alone; a `list` may be given several times. */
  readonly own?: readonly (readonly [flags: string, description: string, kind?: "list"])[];
  readonly examples: readonly string[];
  readonly load?: () => Promise<Action>;
  readonly commands?: readonly CommandSpec[];
}

/** Does the command work on a config, named as its first argument? */
export function takesConfig({ args = [] }: CommandSpec): boolean {
  return args[0]?.[0] === "[config]";
}

/** Every command can be given a config; one that does something else with it describes the flag itself. */
export function flagsOf(spec: CommandSpec): readonly FlagName[] {
  const own = spec.flags ?? [];
  const has = own.includes("config") || (spec.own ?? []).some(([text]) => text.startsWith("--config "));
  return spec.load === undefined || has ? own : [...own, "config"];
}
