import { type CliOptions, type CliResult, runCli } from "./run-cli.ts";

/** A command that serves, under way in this process. */
export interface RunningCommand {
  /** What it printed when it was ready. */
  readonly ready: string;
  /** Ctrl-C, or another signal; resolves to what the command did and said. */
  stop(signal?: "SIGINT" | "SIGTERM"): Promise<CliResult>;
}

/** Runs a command line until it says it is ready. Rejects with what it said when it ends before. */
export async function serveCli(argv: readonly string[], options: CliOptions): Promise<RunningCommand> {
  const send: Record<string, () => void> = {};
  const interrupts = (["SIGINT", "SIGTERM"] as const).map((signal) => ({
    signal,
    when: new Promise<void>((resolve) => {
      send[signal] = resolve;
    }),
  }));
  let isReady: (text: string) => void = () => {};
  const ready = new Promise<string>((resolve) => {
    isReady = resolve;
  });
  const ended = runCli(argv, { ...options, interrupts, onStdout: (text) => isReady(text) });
  const first = await Promise.race([ready, ended]);
  if (typeof first !== "string") throw new Error(`${first.exitCode}: ${first.stdout}${first.stderr}`);
  return {
    ready: first,
    stop(signal = "SIGINT") {
      send[signal]?.();
      return ended;
    },
  };
}
