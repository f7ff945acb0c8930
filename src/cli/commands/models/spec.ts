import type { CommandSpec } from "../../command-spec.ts";

export const modelsSpec: CommandSpec = {
  name: "models",
  summary: "list known models: context, prices, refused parameters and shutdown dates",
  args: [["[filter...]", "words that the provider or the name must contain"]],
  flags: ["json", "prices", "set", "envFile", "debug", "noColor"],
  own: [["--providers", "list the providers with their address, key variable and package"]],
  examples: ["dao-opt models", "dao-opt models anthropic sonnet", "dao-opt models --providers"],
  load: async () => (await import("./command.ts")).modelsCommand,
};
