import { type CommandSpec, limitFlags, outputFlags, placeFlags } from "../../command-spec.ts";

export const migrateSpec: CommandSpec = {
  name: "migrate",
  summary: "move to a new model: collect answers, optimize, compare and print the config change",
  args: [["[config]", "YAML config file that names both models"]],
  flags: [
    "only",
    "dryRun",
    "json",
    "events",
    ...limitFlags,
    "seed",
    "resume",
    "noCache",
    "answers",
    ...placeFlags,
    "prices",
    "registerAnyway",
    "failOn",
    ...outputFlags,
  ],
  own: [
    ["--source <model>", "model to migrate from (default: source_model of the config)"],
    ["--inputs <file>", "rows to send to the source model: JSON, JSON Lines, CSV, YAML, .xlsx or .parquet"],
    ["--from-traces", "use the source model's recorded calls, even if the dataset exists"],
    ["--since <time>", "use only calls recorded since 2h, 7d or an ISO date (implies --from-traces)"],
  ],
  examples: [
    "dao-opt migrate config.yaml",
    "dao-opt migrate config.yaml --dry-run",
    "dao-opt migrate config.yaml --inputs questions.jsonl --max-cost 5",
    "dao-opt migrate config.yaml --from-traces --since 30d",
  ],
  load: async () => (await import("./command.ts")).migrateCommand,
};
