import { type CommandSpec, configArgument, limitFlags, outputFlags, placeFlags } from "../../command-spec.ts";

export const headroomSpec: CommandSpec = {
  name: "headroom",
  summary: "test with about 60 calls what an optimization can gain, before paying for it",
  args: [configArgument],
  flags: ["only", "json", ...limitFlags, "seed", "noCache", "answers", ...placeFlags, ...outputFlags],
  examples: [
    "dao-opt headroom config.yaml",
    "dao-opt headroom config.yaml --max-calls 120 --only optimize_sentiment",
  ],
  load: async () => (await import("./command.ts")).headroomCommand,
};
