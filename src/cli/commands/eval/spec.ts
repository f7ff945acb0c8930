import { type CommandSpec, configArgument, limitFlags, outputFlags, placeFlags } from "../../command-spec.ts";

export const evalSpec: CommandSpec = {
  name: "eval",
  summary: "score the base, source and registered prompts on the dataset",
  args: [configArgument],
  flags: [
    "only",
    "json",
    ...limitFlags,
    "noCache",
    "answers",
    ...placeFlags,
    "prices",
    "junit",
    ...outputFlags,
  ],
  own: [
    ["--split <part>", "score only the train, validation or test rows (default: all)"],
    ["--against <reference...>", "also score these registered versions, for example prompts:/x/3"],
  ],
  examples: [
    "dao-opt eval config.yaml",
    "dao-opt eval config.yaml --split test --against prompts:/main/default/x/3",
  ],
  load: async () => (await import("./command.ts")).evalCommand,
};
