import type { CommandSpec } from "../../command-spec.ts";

export const runsSpec: CommandSpec = {
  name: "runs",
  summary: "list runs, show their results and merge them",
  examples: ["dao-opt runs list", "dao-opt runs show r_20261120-1200"],
  commands: [
    {
      name: "list",
      summary: "list the runs in the state folder, newest first",
      flags: ["json", "state", "debug", "noColor"],
      examples: ["dao-opt runs list", "dao-opt runs list --json"],
      load: async () => (await import("./command.ts")).runsListCommand,
    },
    {
      name: "show",
      summary: "show the result of a run (default: the newest)",
      args: [["[run]", "run id or the start of one"]],
      flags: ["json", "registry", "state", "verbose", "debug", "noColor"],
      examples: ["dao-opt runs show", "dao-opt runs show r_20261120-1200 --json"],
      load: async () => (await import("./command.ts")).runsShowCommand,
    },
    {
      name: "merge",
      summary: "join runs of single optimizations (`run --only`) into one run",
      args: [["<runs...>", "run ids, run folders or record.json files of one config"]],
      flags: ["json", "junit", "failOn", "registry", "state", "quiet", "verbose", "debug", "noColor"],
      examples: [
        "dao-opt runs merge r_20261120-1200 r_20261120-1201",
        "dao-opt runs merge artifacts/*/record.json --junit results.xml --json",
      ],
      load: async () => (await import("./merge.ts")).runsMergeCommand,
    },
  ],
};
