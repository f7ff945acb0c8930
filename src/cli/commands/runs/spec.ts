import type { CommandSpec } from "../../command-spec.ts";

export const runsSpec: CommandSpec = {
  name: "runs",
  summary: "list runs and show their results",
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
  ],
};
