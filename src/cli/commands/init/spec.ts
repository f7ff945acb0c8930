import type { CommandSpec } from "../../command-spec.ts";

export const initSpec: CommandSpec = {
  name: "init",
  summary: "create a small project that runs offline, without an API key",
  args: [["[dir]", "folder to create the project in (default: the current folder)"]],
  flags: ["json", "debug", "noColor"],
  own: [
    ["--config <file>", "name of the config file (default: config.yaml)"],
    ["--force", "overwrite existing files"],
  ],
  examples: ["dao-opt init my-prompts", "cd my-prompts && dao-opt run config.yaml"],
  load: async () => (await import("./command.ts")).initCommand,
};
