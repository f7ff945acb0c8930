import type { CommandSpec } from "../command-spec.ts";

/** `migrate`: from the old model to a decision. */
export const migrateSpec: CommandSpec = {
  name: "migrate",
  summary: "from the old model to a decision: collect, optimize, compare, and the line to paste",
  args: [["[config]", "the YAML file that names both models"]],
  flags: [
    "only",
    "json",
    "events",
    "concurrency",
    "maxCalls",
    "maxCost",
    "timeout",
    "seed",
    "resume",
    "noCache",
    "set",
    "envFile",
    "registry",
    "state",
    "registerAnyway",
    "failOn",
    "quiet",
    "verbose",
    "debug",
    "noColor",
    "noProgress",
  ],
  own: [
    ["--source <model>", "the model being left (default: the config's source_model)"],
    ["--inputs <file>", "rows to ask the old model about: .jsonl .json .csv .tsv .yaml"],
    ["--from-traces", "take its recorded calls, even where the dataset is there"],
    ["--since <time>", "only calls recorded since: 2h, 7d, or an ISO date (implies --from-traces)"],
  ],
  examples: [
    "dao-opt migrate config.yaml",
    "dao-opt migrate config.yaml --inputs questions.jsonl --max-cost 5",
    "dao-opt migrate config.yaml --from-traces --since 30d",
  ],
  load: async () => (await import("./migrate.ts")).migrateCommand,
};
