import type { IsProcessAlive, ProcessMark } from "../disk/process-mark.ts";

/** `dao-opt` at the beginning of a command that a person is to type. */
const command = /(^|[\s`(])dao-opt (?=[a-z])/gm;

/** The text with its commands as they work where it was started: by `npx`, no `dao-opt` is on the path. */
export function asTyped(text: string, { env }: Pick<CliContext, "env">): string {
  const isNpx = env["npm_command"] === "exec" || env["npm_lifecycle_event"] === "npx";
  return isNpx ? text.replace(command, "$1npx dao-opt ") : text;
}

/** The process as values: tests hand in their own. */
export interface CliContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly readStdin: () => Promise<string>;
  /** Asks a person and resolves to the line they type; absent where there is none to ask. */
  readonly ask?: (question: string) => Promise<string>;
  readonly clock: { now(): Date; monotonicMs(): number };
  /** Calls back on SIGINT and SIGTERM until the returned function is called. */
  readonly onSignal: (listener: (signal: "SIGINT" | "SIGTERM") => void) => () => void;
  /** Leaves at once: the answer to a second Ctrl-C. */
  readonly exitNow: (code: number) => void;
  readonly ownProcess: ProcessMark;
  readonly isProcessAlive: IsProcessAlive;
  readonly nodeVersion: string;
}

export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Width in characters at this moment; undefined when it is no terminal, 0 when the terminal does not know. */
  readonly columns: number | undefined;
  /** The stream a spinner draws on; absent when there is none. */
  readonly stream?: NodeJS.WriteStream;
}

/** Colour, spinner and width as they follow from environment and flags. */
export interface Look {
  readonly hasColor: boolean;
  readonly hasSpinner: boolean;
  /** Infinity where the output is no terminal: what a program reads is not wrapped. */
  readonly columns: number;
}

/** `--no-color` wins, then FORCE_COLOR; else no colour without a terminal, with NO_COLOR, TERM=dumb or CI. */
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
  };
}

// A status line of fewer characters says nothing.
const narrowestSpinner = 20;
const usualColumns = 80;

/** A terminal that does not know its size reports 0 columns, as many in containers and CI do. */
function columnsOf({ columns, isTerminal }: Output, env: CliContext["env"]): number {
  if (columns !== undefined && columns > 0) return columns;
  const named = Number(env["COLUMNS"]);
  if (Number.isSafeInteger(named) && named > 0) return named;
  return isTerminal ? usualColumns : Number.POSITIVE_INFINITY;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}

/** Who is filed as having made or moved something: the name git would use, else the system's user. */
export function filedBy({ env }: CliContext): { readonly by?: string } {
  const names = [env["GIT_AUTHOR_NAME"], env["USER"], env["LOGNAME"], env["USERNAME"]];
  const by = names.find((name) => name !== undefined && name.trim() !== "");
  return by === undefined ? {} : { by };
}
