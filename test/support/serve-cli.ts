import { type CliOptions, type CliResult, runCli } from "./run-cli.ts";

/** A serving command, running in this process. */
export interface RunningCommand {
  /** Its output when it was ready. */
  readonly ready: string;
  /** Sends Ctrl-C or another signal; resolves to the command's result. */
  stop(signal?: "SIGINT" | "SIGTERM"): Promise<CliResult>;
}

/** Runs a command line until it reports that it is ready. Rejects with its output if it ends before. */
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
