import { type SpawnedCommand, startCli } from "../../support/spawn-cli.ts";

export interface WorkerProcess extends SpawnedCommand {
  /** Ends it without a goodbye. */
  kill(): Promise<void>;
  /** Asks it to end. */
  stop(): Promise<number | null>;
}

export interface WorkerOptions {
  readonly cwd: string;
  readonly queue: string;
  readonly concurrency?: number;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A real `dao-opt worker` of the built command, once it waits for jobs. */
export async function startWorker(options: WorkerOptions): Promise<WorkerProcess> {
  const { cwd, queue, concurrency = 4, args = [], env = {} } = options;
  const command = startCli(["worker", "config.yaml", "--concurrency", String(concurrency), ...args], {
    cwd,
    env: { DAO_OPT_QUEUE: queue, ...env },
  });
  await command.shows(/waits for jobs/);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    command.child.kill(signal);
    return (await command.result).exitCode;
  };
  return {
    ...command,
    kill: async () => void (await end("SIGKILL")),
    stop: () => end("SIGTERM"),
  };
}
