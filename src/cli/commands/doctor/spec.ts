import { type CommandSpec, placeFlags } from "../../command-spec.ts";

export const doctorSpec: CommandSpec = {
  name: "doctor",
  summary: "check Node, folders and API keys; with a config and --online, call each model",
  args: [["[config]", "config whose models to check"]],
  flags: ["json", ...placeFlags, "debug", "noColor"],
  own: [["--online", "send one short request to each model; with workers, compare them with this machine"]],
  examples: ["dao-opt doctor", "dao-opt doctor config.yaml --online"],
  load: async () => (await import("./command.ts")).doctorCommand,
};
