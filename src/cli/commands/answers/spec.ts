import type { CommandSpec } from "../../command-spec.ts";

const databaseFlags = ["json", "answers", "envFile", "debug", "noColor"] as const;

export const answersSpec: CommandSpec = {
  name: "answers",
  summary: "prepare, inspect and prune a PostgreSQL database of shared answers",
  examples: [
    "dao-opt answers init --answers postgres://db.example.com/dao_opt",
    "dao-opt answers prune --older 90d",
  ],
  commands: [
    {
      name: "init",
      summary: "create or update the tables (safe to repeat)",
      flags: databaseFlags,
      examples: ["dao-opt answers init", "dao-opt answers init --answers postgres://db.example.com/dao_opt"],
      load: async () => (await import("./command.ts")).answersInitCommand,
    },
    {
      name: "status",
      summary: "show the number, size and age of the answers, and the schema version",
      flags: databaseFlags,
      examples: ["dao-opt answers status", "dao-opt answers status --json"],
      load: async () => (await import("./command.ts")).answersStatusCommand,
    },
    {
      name: "prune",
      summary: "delete old answers",
      flags: [...databaseFlags, "dryRun"],
      own: [["--older <age>", "delete answers stored longer ago than this: 90d, 12h, 30m"]],
      examples: ["dao-opt answers prune --older 90d", "dao-opt answers prune --older 30d --dry-run --json"],
      load: async () => (await import("./command.ts")).answersPruneCommand,
    },
  ],
};
