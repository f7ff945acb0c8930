import { type CommandSpec, configArgument, limitFlags, outputFlags, placeFlags } from "../../command-spec.ts";

export const runSpec: CommandSpec = {
  name: "run",
  summary: "optimize the prompts of a config, test the result and register it",
  args: [configArgument],
  flags: [
    "only",
    "dryRun",
    "json",
    "events",
    ...limitFlags,
    "seed",
    "resume",
    "replay",
    "noCache",
    "answers",
    ...placeFlags,
    "prices",
    "junit",
    "registerAnyway",
    "failOn",
    ...outputFlags,
  ],
  own: [["--probe", "with --dry-run: also test the headroom, with about 60 calls (see dao-opt headroom)"]],
  examples: [
    "dao-opt run config.yaml",
    "dao-opt run config.yaml --dry-run",
    "dao-opt run config.yaml --dry-run --probe",
    "dao-opt run config.yaml --max-cost 2 --resume",
  ],
  load: async () => (await import("./command.ts")).runCommand,
};
