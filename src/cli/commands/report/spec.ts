import type { CommandSpec } from "../../command-spec.ts";

export const reportSpec: CommandSpec = {
  name: "report",
  summary: "write a run's report.html again and print its path",
  args: [["[run]", "run id or the start of one (default: the newest run)"]],
  flags: ["json", "state", "debug", "noColor"],
  own: [["--open", "open the report in a browser"]],
  examples: ["dao-opt report", "dao-opt report r_20261120-1200 --open"],
  load: async () => (await import("./command.ts")).reportCommand,
};
