import type { IsProcessAlive, ProcessMark } from "../disk/process-mark.ts";
import { isAsciiConsole } from "./terminal/console-signs.ts";

/** Matches `dao-opt` at the start of a suggested command, which may be colored. */
const command = /(^|[\s`(]|\[\d+m)dao-opt (?=[a-z])/gm;

/** Prefixes suggested commands with `npx` if the tool runs under npx, where `dao-opt` is not on the PATH. */
export function asTyped(text: string, { env }: Pick<CliContext, "env">): string {
  const isNpx = env["npm_command"] === "exec" || env["npm_lifecycle_event"] === "npx";
  return isNpx ? text.replace(command, "$1npx dao-opt ") : text;
}

/** The process as values, so that tests can supply their own. */
export interface CliContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly readStdin: () => Promise<string>;
  /** Prompts the user and resolves to the typed line; absent if not interactive. */
  readonly ask?: (question: string) => Promise<string>;
  readonly clock: { now(): Date; monotonicMs(): number };
  /** Subscribes to SIGINT and SIGTERM; returns the unsubscribe function. */
  readonly onSignal: (listener: (signal: "SIGINT" | "SIGTERM") => void) => () => void;
  /** Exits immediately, on a second Ctrl-C. */
  readonly exitNow: (code: number) => void;
  readonly ownProcess: ProcessMark;
  readonly isProcessAlive: IsProcessAlive;
  /** Asks another process to end, as Ctrl-C does. */
  readonly interruptProcess?: (pid: number) => void;
  readonly nodeVersion: string;
  /** Absent: not Windows. */
  readonly platform?: string;
}

export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Current width; undefined if not a terminal, 0 if the terminal does not report it. */
  readonly columns: number | undefined;
  /** Stream for the spinner, if any. */
  readonly stream?: NodeJS.WriteStream;
}

/** Color, spinner and width, from environment and flags. */
export interface Look {
  readonly hasColor: boolean;
  readonly hasSpinner: boolean;
  /** Infinity if not a terminal: piped output is not wrapped. */
  readonly columns: number;
  /** True if the console cannot show UTF-8: see `withConsoleSigns`. */
  readonly isAscii?: boolean;
}

/** Order: `--no-color`, FORCE_COLOR, then no color without a terminal or with NO_COLOR, TERM=dumb or CI. */
export function lookOf(
  context: CliContext,
  output: Output,
  flags: { readonly color?: boolean | undefined; readonly progress?: boolean | undefined } = {},
): Look {
  const { env } = context;
  const isCi = isSet(env["CI"]) && env["CI"] !== "false";
  const isForced = isSet(env["FORCE_COLOR"]) && env["FORCE_COLOR"] !== "0";
  const isPlain =
    !output.isTerminal ||
    isSet(env["NO_COLOR"]) ||
    env["TERM"] === "dumb" ||
    isCi ||
    env["FORCE_COLOR"] === "0";
  return {
    hasColor: flags.color !== false && (isForced || !isPlain),
    hasSpinner:
      flags.progress !== false &&
      output.isTerminal &&
      env["TERM"] !== "dumb" &&
      !isCi &&
      (output.columns ?? 0) >= narrowestSpinner,
    columns: columnsOf(output, env),
    ...(output.isTerminal && isAsciiConsole(env, context.platform) ? { isAscii: true } : {}),
  };
}

// Narrower terminals get no spinner.
const narrowestSpinner = 20;
const usualColumns = 80;

/** Terminals of unknown size report 0 columns, common in containers and CI. */
function columnsOf({ columns, isTerminal }: Output, env: CliContext["env"]): number {
  if (columns !== undefined && columns > 0) return columns;
  const named = Number(env["COLUMNS"]);
  if (Number.isSafeInteger(named) && named > 0) return named;
  return isTerminal ? usualColumns : Number.POSITIVE_INFINITY;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}

/** Author to record: the name git would use, else the system user. */
export function filedBy({ env }: CliContext): { readonly by?: string } {
  const names = [env["GIT_AUTHOR_NAME"], env["USER"], env["LOGNAME"], env["USERNAME"]];
  const by = names.find((name) => name !== undefined && name.trim() !== "");
  return by === undefined ? {} : { by };
}
