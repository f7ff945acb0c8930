import type { CommandSpec } from "../command-spec.ts";
import type { FlagName } from "../flags.ts";
import { callSpec } from "./call/spec.ts";
import { collectSpec } from "./collect/spec.ts";
import { datasetSpec } from "./dataset/spec.ts";
import { migrateSpec } from "./migrate/spec.ts";
import { registrySpec } from "./registry/spec.ts";
import { serveSpec } from "./serve/spec.ts";
import { feedbackSpec, tracesSpec } from "./traces/spec.ts";

const lookFlags = [
  "quiet",
  "verbose",
  "debug",
  "noColor",
  "noProgress",
] as const satisfies readonly FlagName[];
const placeFlags = ["set", "envFile", "registry", "state"] as const satisfies readonly FlagName[];
const limitFlags = ["concurrency", "maxCalls", "maxCost", "timeout"] as const satisfies readonly FlagName[];
const config = [
  "[config]",
  "the YAML file that drives everything (default: config.yaml of this folder)",
] as const;
/** Every command, its flags and its help; what it does is loaded when it runs. */
export const commandSpecs: readonly CommandSpec[] = [
  {
    name: "run",
    summary: "optimize the prompts of a config, prove the result, register it",
    args: [config],
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
      ...placeFlags,
      "junit",
      "registerAnyway",
      "failOn",
      ...lookFlags,
    ],
    examples: [
      "dao-opt run config.yaml",
      "dao-opt run config.yaml --dry-run",
      "dao-opt run config.yaml --max-cost 2 --resume",
    ],
    load: async () => (await import("./run/command.ts")).runCommand,
  },
  {
    name: "eval",
    summary: "score prompts on the dataset: base, source and registered versions",
    args: [config],
    flags: ["only", "json", ...limitFlags, "noCache", ...placeFlags, "junit", ...lookFlags],
    own: [
      ["--split <part>", "only these rows: train, validation or test (default: all)"],
      ["--against <reference...>", "registered versions to score as well, for example prompts:/x/3"],
    ],
    examples: [
      "dao-opt eval config.yaml",
      "dao-opt eval config.yaml --split test --against prompts:/main/default/x/3",
    ],
    load: async () => (await import("./eval/command.ts")).evalCommand,
  },
  {
    name: "validate",
    summary: "check a config with its prompts, data and plugins; all problems at once, offline",
    args: [config],
    flags: ["json", ...placeFlags, "debug", "noColor"],
    examples: ["dao-opt validate config.yaml", "dao-opt validate config.yaml --json"],
    load: async () => (await import("./validate/command.ts")).validateCommand,
  },
  {
    name: "init",
    summary: "write a small project that runs as is, with offline models and no key",
    args: [["[dir]", "folder to write to (default: here)"]],
    flags: ["json", "debug", "noColor"],
    own: [
      ["--config <file>", "name of the config that is written (default: config.yaml)"],
      ["--force", "overwrite files that are there"],
    ],
    examples: ["dao-opt init my-prompts", "cd my-prompts && dao-opt run config.yaml"],
    load: async () => (await import("./init/command.ts")).initCommand,
  },
  {
    name: "runs",
    summary: "look at runs",
    examples: ["dao-opt runs list", "dao-opt runs show r_20261120-1200"],
    commands: [
      {
        name: "list",
        summary: "runs of the state folder, newest first",
        flags: ["json", "state", "debug", "noColor"],
        examples: ["dao-opt runs list", "dao-opt runs list --json"],
        load: async () => (await import("./runs/command.ts")).runsListCommand,
      },
      {
        name: "show",
        summary: "the result of a run (default: the newest)",
        args: [["[run]", "id of a run, or the beginning of one"]],
        flags: ["json", "state", "debug", "noColor"],
        examples: ["dao-opt runs show", "dao-opt runs show r_20261120-1200 --json"],
        load: async () => (await import("./runs/command.ts")).runsShowCommand,
      },
    ],
  },
  {
    name: "report",
    summary: "write report.html of a run again and print its path",
    args: [["[run]", "id of a run, or the beginning of one (default: the newest)"]],
    flags: ["json", "state", "debug", "noColor"],
    own: [["--open", "open it in the browser"]],
    examples: ["dao-opt report", "dao-opt report r_20261120-1200 --open"],
    load: async () => (await import("./report/command.ts")).reportCommand,
  },
  migrateSpec,
  collectSpec,
  datasetSpec,
  tracesSpec,
  feedbackSpec,
  registrySpec,
  callSpec,
  serveSpec,
  {
    name: "offline-server",
    summary: "serve the rule-made offline models as an OpenAI-compatible endpoint",
    flags: ["json", "debug", "noColor"],
    own: [
      ["--config <file>", "serve the offline models of this config: their names, latency and faults"],
      ["--port <n>", "port (default: 4050; 0 takes a free one)"],
      ["--host <address>", "address (default: 127.0.0.1)"],
      ["--latency <ms>", "milliseconds each answer takes, over the config's (default: 0)"],
      ["--fault-rate <share>", "share of calls answered by a fault, 0 to 1, over the config's (default: 0)"],
      ["--seed <n>", "seed of the faults, over the config's (default: 1)"],
    ],
    examples: [
      "dao-opt offline-server",
      "dao-opt offline-server --latency 100 --fault-rate 0.1",
      "dao-opt offline-server --config config.yaml",
    ],
    load: async () => (await import("./offline-server/command.ts")).offlineServerCommand,
  },
  {
    name: "schema",
    summary: "print the JSON Schema of the config, or of a command's --json output",
    flags: ["debug", "noColor"],
    own: [
      ["--output <name>", "the document that a command prints: run, eval, plan, …"],
      [
        "--config <file>",
        "let editors offer the names of this config's models, prompts, agents and datasets",
      ],
    ],
    examples: [
      "dao-opt schema > schema.json",
      "dao-opt schema --config config.yaml > schema.json",
      "dao-opt schema --output run",
    ],
    load: async () => (await import("./schema/command.ts")).schemaCommand,
  },
  {
    name: "doctor",
    summary: "check Node, folders and keys; with a config and --online also each model",
    args: [["[config]", "a config whose models to check"]],
    flags: ["json", ...placeFlags, "debug", "noColor"],
    own: [["--online", "ask each model for one short answer"]],
    examples: ["dao-opt doctor", "dao-opt doctor config.yaml --online"],
    load: async () => (await import("./doctor/command.ts")).doctorCommand,
  },
  {
    name: "completion",
    summary: "print a completion script",
    args: [["<shell>", "bash, zsh or fish"]],
    own: [["--config <file>", "offer the optimizations of this config for --only"]],
    examples: [
      "dao-opt completion bash > ~/.local/share/bash-completion/completions/dao-opt",
      "dao-opt completion fish | source",
    ],
    load: async () => (await import("./completion/command.ts")).completionCommand(commandSpecs),
  },
];
