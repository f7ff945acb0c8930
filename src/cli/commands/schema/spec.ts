import type { CommandSpec } from "../../command-spec.ts";

export const schemaSpec: CommandSpec = {
  name: "schema",
  summary: "print the JSON Schema of the config or of a command's --json output",
  flags: ["debug", "noColor"],
  own: [
    ["--output <name>", "print the schema of a command's output: run, eval, plan, …"],
    [
      "--config <file>",
      "include the models, prompts, agents and datasets of this config, for completion in editors",
    ],
  ],
  examples: [
    "dao-opt schema > schema.json",
    "dao-opt schema --config config.yaml > schema.json",
    "dao-opt schema --output run",
  ],
  load: async () => (await import("./command.ts")).schemaCommand,
};
