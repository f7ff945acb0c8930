import type { CliContext } from "../../src/cli/context.ts";
import { main } from "../../src/cli/main.ts";
import type { IsProcessAlive, ProcessMark } from "../../src/disk/process-mark.ts";

export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The document on stdout under --json. */
  readonly json: unknown;
}

export interface CliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly isTerminal?: boolean;
  /** Content of standard input. */
  readonly stdin?: string;
  readonly isProcessAlive?: IsProcessAlive;
  /** This process; by default only its number. */
  readonly ownProcess?: ProcessMark;
  /** Sends each signal when its promise resolves. */
  readonly interrupts?: readonly { readonly when: Promise<unknown>; readonly signal: "SIGINT" | "SIGTERM" }[];
  readonly exitNow?: (code: number) => void;
  /** Default: the clock of this machine. */
  readonly clock?: CliContext["clock"];
  /** Answers prompts at the terminal; absent: no terminal. */
  readonly ask?: (question: string) => Promise<string>;
  /** Called with each text written to stdout. */
  readonly onStdout?: (text: string) => void;
  /** Called before each write to stderr. */
  readonly onStderr?: () => void;
}

/** Runs a command line in this process, in isolation. */
export async function runCli(argv: readonly string[], options: CliOptions): Promise<CliResult> {
  let stdout = "";
  let stderr = "";
  const output = (take: (text: string) => void) => ({
    write: take,
    isTerminal: options.isTerminal ?? false,
    columns: options.columns,
  });
  const listeners = new Set<(signal: "SIGINT" | "SIGTERM") => void>();
  const context: CliContext = {
    cwd: options.cwd,
    env: options.env ?? {},
    stdout: output((text) => {
      stdout += text;
      options.onStdout?.(text);
    }),
    stderr: output((text) => {
      options.onStderr?.();
      stderr += text;
    }),
    readStdin: async () => options.stdin ?? "",
    ...(options.ask === undefined ? {} : { ask: options.ask }),
    clock: options.clock ?? { now: () => new Date(), monotonicMs: () => performance.now() },
    onSignal: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    exitNow: options.exitNow ?? (() => {}),
    ownProcess: options.ownProcess ?? { pid: process.pid },
    isProcessAlive: options.isProcessAlive ?? (() => false),
    nodeVersion: process.versions.node,
  };
  for (const { when, signal } of options.interrupts ?? []) {
    void when.then(() => {
      for (const listener of listeners) listener(signal);
    });
  }
  const exitCode = await main(argv, context);
  return {
    exitCode,
    stdout,
    stderr,
    get json() {
      return JSON.parse(stdout);
    },
  };
}
