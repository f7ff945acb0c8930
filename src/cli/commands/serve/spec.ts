import type { CommandSpec } from "../../command-spec.ts";
import { proxyPort, servePort, serverFlagSpecs } from "../../session/server-options.ts";

/** `serve`: everything over HTTP. */
export const serveSpec: CommandSpec = {
  name: "serve",
  summary: "answer over HTTP: prompts and calls, traces, feedback, a recording proxy, a web page",
  flags: ["json", "envFile", "registry", "state", "config", "debug", "noColor"],
  own: [
    ...serverFlagSpecs(servePort),
    [
      "--allow-endpoint <origin...>",
      "origins of endpoints that may come with a call (provider_api_keys.openai_azure_endpoint); others are refused",
    ],
  ],
  examples: [
    "dao-opt serve",
    "dao-opt serve --port 8080 --registry prompts",
    "DAO_OPT_API_KEY=… dao-opt serve --host 0.0.0.0",
  ],
  load: async () => (await import("./command.ts")).serveCommand,
};

/** `collect proxy`, a child of `collect`. */
export const collectProxySpec: CommandSpec = {
  name: "proxy",
  summary: "record the calls of any program whose OPENAI_BASE_URL points here",
  flags: ["json", "set", "envFile", "registry", "state", "quiet", "debug", "noColor"],
  own: [
    ["--upstream <url>", "the API that answers (default: OPENAI_BASE_URL, else OpenAI)"],
    ["--dataset <name>", "merge calls whose variables are known into this dataset"],
    ["--config <file>", "recover template and variables of each call, given the prompts of this config"],
    ...serverFlagSpecs(proxyPort),
  ],
  examples: [
    "dao-opt collect proxy --dataset reviews --config config.yaml",
    "OPENAI_BASE_URL=http://127.0.0.1:4041/v1 python app.py",
  ],
  load: async () => (await import("../collect/proxy.ts")).collectProxyCommand,
};
