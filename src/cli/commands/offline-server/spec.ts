import type { CommandSpec } from "../../command-spec.ts";

export const offlineServerSpec: CommandSpec = {
  name: "offline-server",
  summary: "serve the rule-based offline models as an OpenAI-compatible endpoint",
  flags: ["json", "debug", "noColor"],
  own: [
    ["--config <file>", "serve the offline models of this config, with their names, latency and faults"],
    ["--port <n>", "port to listen on (default: 4050; 0 picks a free one)"],
    ["--host <address>", "address to listen on (default: 127.0.0.1)"],
    ["--latency <ms>", "delay of each answer in milliseconds; overrides the config (default: 0)"],
    ["--fault-rate <share>", "share of calls that fail, 0 to 1; overrides the config (default: 0)"],
    ["--seed <n>", "seed for the faults; overrides the config (default: 1)"],
  ],
  examples: [
    "dao-opt offline-server",
    "dao-opt offline-server --latency 100 --fault-rate 0.1",
    "dao-opt offline-server --config config.yaml",
  ],
  load: async () => (await import("./command.ts")).offlineServerCommand,
};
