import type { CommandSpec } from "../../command-spec.ts";
import { rowMappingFlags } from "../../session/row-mapping.ts";
import { collectProxySpec } from "../serve/spec.ts";

const placeFlags = ["set", "envFile", "registry", "state"] as const;
const lookFlags = ["quiet", "verbose", "debug", "noColor", "noProgress"] as const;

/**
 * `collect …`: every way in for what an application does. A first word that is the name of a command below is
 * that command; a config that is named like one is written with its folder (`./import`).
 */
export const collectSpec: CommandSpec = {
  name: "collect",
  summary: "record what the source model answers, and make a dataset of it",
  args: [["[config]", "the YAML file that names prompts and models (one named proxy or import: ./import)"]],
  flags: ["json", "concurrency", "maxCalls", "maxCost", "timeout", "noCache", ...placeFlags, ...lookFlags],
  own: [
    ["--prompt <prompt>", "the prompt to run: its key in the config, or a reference into the registry"],
    ["--model <model>", "key of the source model"],
    ["--agent <agent>", "run this agent instead of prompt and model"],
    ["--inputs <file>", "rows of variables: .jsonl .json .csv .tsv .yaml"],
    ["--dataset <name>", "dataset to merge the answers into"],
    ["--resume", "leave out rows whose answer is among the traces of an earlier collection"],
  ],
  examples: [
    "dao-opt collect config.yaml --inputs rows.jsonl --dataset reviews",
    "dao-opt collect proxy --dataset reviews",
    "dao-opt collect import export.jsonl --config config.yaml --dataset reviews",
  ],
  load: async () => (await import("./run.ts")).collectRunCommand,
  commands: [
    collectProxySpec,
    {
      name: "import",
      summary: "read traces and rows that other tools recorded or exported",
      args: [["<file...>", "files, or the folder of a Humanloop export; .gz is read too"]],
      flags: ["json", ...placeFlags, "debug", "noColor"],
      own: [
        ["--format <name>", "what the files are (default: auto, found out from their content)"],
        ["--dataset <name>", "merge the rows into this dataset"],
        ...rowMappingFlags,
        ["--config <file>", "recover template and variables of each call, given the prompts of this config"],
        ["--prompt <prompt>", "only this prompt of the config (a key or a path)"],
        ["--infer-template", "propose templates for calls that no known template made"],
        ["--output <file>", "where the proposed templates go (default: prompts.inferred.yaml)"],
        ["--redact", "take personal data and keys out before anything is kept"],
        ["--limit <n>", "read at most so many traces and rows"],
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
