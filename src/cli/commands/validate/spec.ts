import { type CommandSpec, configArgument, placeFlags } from "../../command-spec.ts";

export const validateSpec: CommandSpec = {
  name: "validate",
  summary: "check a config, its prompts, data and plugins offline; list all problems at once",
  args: [configArgument],
  flags: ["json", ...placeFlags, "prices", "debug", "noColor"],
  examples: ["dao-opt validate config.yaml", "dao-opt validate config.yaml --json"],
  load: async () => (await import("./command.ts")).validateCommand,
};
