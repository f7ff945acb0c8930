import type { CommandSpec } from "../../command-spec.ts";
import { servePort, serverFlagSpecs } from "../../session/server-flags.ts";

export const serveSpec: CommandSpec = {
  name: "serve",
  summary: "serve prompts, calls, traces, feedback, a recording proxy and a web page over HTTP",
  flags: ["json", "envFile", "registry", "state", "config", "debug", "noColor"],
  own: [
    ...serverFlagSpecs(servePort),
    [
      "--allow-endpoint <origin...>",
      "accept these origins as provider_api_keys.openai_azure_endpoint of a call (default: none)",
    ],
  ],
  examples: [
    "dao-opt serve",
    "dao-opt serve --port 8080 --registry prompts",
    "DAO_OPT_API_KEY=… dao-opt serve --host 0.0.0.0",
  ],
  load: async () => (await import("./command.ts")).serveCommand,
};
