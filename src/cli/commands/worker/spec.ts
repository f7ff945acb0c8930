import { type CommandSpec, configArgument } from "../../command-spec.ts";

export const workerSpec: CommandSpec = {
  name: "worker",
  summary: "make model calls and agent runs for `run --workers`, with this machine's keys",
  args: [configArgument],
  flags: ["queue", "json", "set", "envFile", "quiet", "verbose", "debug", "noColor", "noProgress"],
  own: [["-j, --concurrency <n>", "attempts at once (default: 8)"]],
  examples: [
    "dao-opt worker config.yaml --queue redis://queue.internal:6379",
    "dao-opt worker config.yaml --queue rediss://queue.internal --concurrency 32",
  ],
  load: async () => (await import("./command.ts")).workerCommand,
};
