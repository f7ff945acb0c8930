import { type CommandSpec, limitFlags, outputFlags, placeFlags } from "../../command-spec.ts";
import { rowMappingFlags } from "../../session/row-mapping.ts";
import { proxyPort, serverFlagSpecs } from "../../session/server-flags.ts";

/** A config named `proxy` or `import` needs a folder (`./import`), because those words are subcommands. */
export const collectSpec: CommandSpec = {
  name: "collect",
  summary: "record the source model's answers and build a dataset from them",
  args: [
    ["[config]", "YAML config file with prompts and models (for a file named proxy or import: ./import)"],
  ],
  flags: ["json", ...limitFlags, "noCache", "answers", ...placeFlags, ...outputFlags],
  own: [
    ["--prompt <prompt>", "prompt to run: its key in the config or a registry reference"],
    ["--model <model>", "key of the source model"],
    ["--agent <agent>", "run this agent instead of a prompt and a model"],
    [
      "--inputs <file>",
      "rows of variables: JSON, JSON Lines, CSV, YAML, .xlsx or .parquet, or a key of `datasets` in the config",
    ],
    ["--dataset <name>", "dataset to merge the answers into"],
    ["--resume", "skip rows that an earlier collection already answered"],
  ],
  examples: [
    "dao-opt collect config.yaml --inputs rows.jsonl --dataset reviews",
    "dao-opt collect proxy --dataset reviews",
    "dao-opt collect import export.jsonl --config config.yaml --dataset reviews",
  ],
  load: async () => (await import("./run.ts")).collectRunCommand,
  commands: [
    {
      name: "proxy",
      summary: "record the calls of any program that uses this server as OPENAI_BASE_URL",
      flags: ["json", ...placeFlags, "quiet", "debug", "noColor"],
      own: [
        ["--upstream <url>", "API to forward calls to (default: OPENAI_BASE_URL, else OpenAI)"],
        ["--dataset <name>", "merge calls with known variables into this dataset"],
        ["--config <file>", "recover the template and variables of calls, using this config's prompts"],
        ...serverFlagSpecs(proxyPort),
      ],
      examples: [
        "dao-opt collect proxy --dataset reviews --config config.yaml",
        "OPENAI_BASE_URL=http://127.0.0.1:4041/v1 python app.py",
      ],
      load: async () => (await import("./proxy.ts")).collectProxyCommand,
    },
    {
      name: "import",
      summary: "import traces and rows recorded or exported by other tools",
      args: [["<file...>", "files (also .gz) or the folder of a Humanloop export"]],
      flags: ["json", ...placeFlags, "debug", "noColor"],
      own: [
        ["--format <name>", "format of the files (default: auto, detected from their content)"],
        ["--dataset <name>", "merge the rows into this dataset"],
        ...rowMappingFlags,
        ["--config <file>", "recover the template and variables of calls, using this config's prompts"],
        ["--prompt <prompt>", "match only this prompt of the config (key or path)"],
        ["--infer-template", "propose templates for calls that match no known template"],
        ["--output <file>", "file for the proposed templates (default: prompts.inferred.yaml)"],
        ["--redact", "remove personal data and keys before anything is stored"],
        ["--limit <n>", "read at most this many traces and rows"],
      ],
      examples: [
        "dao-opt collect import calls.jsonl --dataset reviews",
        "dao-opt collect import batch.jsonl answers.jsonl --config config.yaml",
        "dao-opt collect import calls.jsonl --infer-template",
        "dao-opt collect import r.csv --dataset r --inputs text --expected label",
      ],
      load: async () => (await import("./import.ts")).collectImportCommand,
    },
  ],
};
