import { Command } from "commander";
import { UsageError } from "../core/errors.ts";
import { nearNames } from "../core/near-names.ts";
import { toolVersion } from "../version.ts";
import type { CliContext } from "./context.ts";
import { exitUsage } from "./exit-codes.ts";
import { type FlagName, flags, optionOf } from "./flags.ts";

interface ProgramState {
  exitCode: number;
}

type Action = (
  args: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
) => Promise<number>;

interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** `<config>`, `[run]`, `<reference...>` */
  readonly args?: readonly (readonly [name: string, description: string])[];
  readonly flags?: readonly FlagName[];
  /** Flags of this command alone. */
  readonly own?: readonly (readonly [flags: string, description: string])[];
  readonly examples: readonly string[];
  readonly load?: () => Promise<Action>;
  readonly commands?: readonly CommandSpec[];
}

const lookFlags = [
  "quiet",
  "verbose",
  "debug",
  "noColor",
  "noProgress",
] as const satisfies readonly FlagName[];
const placeFlags = ["set", "envFile", "registry", "state"] as const satisfies readonly FlagName[];
const limitFlags = ["concurrency", "maxCalls", "maxCost", "timeout"] as const satisfies readonly FlagName[];
const config = ["<config>", "the YAML file that drives everything"] as const;
const reference = [
  "<reference>",
  "path, path/3, path@production, path@latest, path@name, prv_…, or prompts:/…",
] as const;
const registryFlags = ["json", "registry", "debug", "noColor"] as const satisfies readonly FlagName[];

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
    load: async () => (await import("./commands/run.ts")).runCommand,
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
    load: async () => (await import("./commands/eval.ts")).evalCommand,
  },
  {
    name: "validate",
    summary: "check a config with its prompts, data and plugins; all problems at once, offline",
    args: [config],
    flags: ["json", ...placeFlags, "debug", "noColor"],
    examples: ["dao-opt validate config.yaml", "dao-opt validate config.yaml --json"],
    load: async () => (await import("./commands/validate.ts")).validateCommand,
  },
  {
    name: "init",
    summary: "write a small project that runs as is, with offline models and no key",
    args: [["[dir]", "folder to write to (default: here)"]],
    flags: ["json", "debug", "noColor"],
    own: [["--force", "overwrite files that are there"]],
    examples: ["dao-opt init my-prompts", "cd my-prompts && dao-opt run config.yaml"],
    load: async () => (await import("./commands/init.ts")).initCommand,
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
        load: async () => (await import("./commands/runs.ts")).runsListCommand,
      },
      {
        name: "show",
        summary: "the result of a run (default: the newest)",
        args: [["[run]", "id of a run, or the beginning of one"]],
        flags: ["json", "state", "debug", "noColor"],
        examples: ["dao-opt runs show", "dao-opt runs show r_20261120-1200 --json"],
        load: async () => (await import("./commands/runs.ts")).runsShowCommand,
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
    load: async () => (await import("./commands/report.ts")).reportCommand,
  },
  {
    name: "registry",
    summary: "look at prompts and their versions, move environments",
    examples: ["dao-opt registry list", "dao-opt registry deploy main/default/x@2 --environment production"],
    commands: [
      {
        name: "list",
        summary: "prompts with their latest version, environments and score",
        flags: registryFlags,
        own: [
          ["--folder <path>", "only prompts under this folder"],
          ["--environment <name>", "only prompts deployed to it"],
          ["--tag <key=value>", "only prompts with this tag (key, or key=value)"],
        ],
        examples: ["dao-opt registry list", "dao-opt registry list --folder main/default --json"],
        load: async () => (await import("./commands/registry/list.ts")).listCommand,
      },
      {
        name: "show",
        summary: "one version",
        args: [reference],
        flags: registryFlags,
        own: [["--raw", "the template alone"]],
        examples: [
          "dao-opt registry show main/default/x",
          "dao-opt registry show main/default/x@production --raw",
        ],
        load: async () => (await import("./commands/registry/show.ts")).showCommand,
      },
      {
        name: "history",
        summary: "all versions of a prompt and where they were deployed",
        args: [["<path>", "path of the prompt"]],
        flags: registryFlags,
        examples: [
          "dao-opt registry history main/default/x",
          "dao-opt registry history main/default/x --json",
        ],
        load: async () => (await import("./commands/registry/history.ts")).historyCommand,
      },
      {
        name: "diff",
        summary: "two versions, word by word",
        args: [
          ["<before>", "one version"],
          ["<after>", "the other version"],
        ],
        flags: registryFlags,
        examples: [
          "dao-opt registry diff main/default/x/1 main/default/x/2",
          "dao-opt registry diff x@production x@latest",
        ],
        load: async () => (await import("./commands/registry/diff.ts")).diffCommand,
      },
      {
        name: "deploy",
        summary: "move an environment to a version",
        args: [reference],
        flags: registryFlags,
        own: [
          ["--environment <name>", "environment to move (default: production)"],
          ["--note <text>", "why, for the history"],
          ["--force", "deploy although the gate did not pass; needs --note"],
        ],
        examples: [
          "dao-opt registry deploy main/default/x@2",
          'dao-opt registry deploy x@2 --environment staging --note "trial"',
        ],
        load: async () => (await import("./commands/registry/deploy.ts")).deployCommand,
      },
      {
        name: "rollback",
        summary: "move an environment back to the version before",
        args: [["<path>", "path of the prompt"]],
        flags: registryFlags,
        own: [
          ["--environment <name>", "environment to move (default: production)"],
          ["--note <text>", "why, for the history"],
        ],
        examples: [
          "dao-opt registry rollback main/default/x",
          "dao-opt registry rollback x --environment staging",
        ],
        load: async () => (await import("./commands/registry/deploy.ts")).rollbackCommand,
      },
      {
        name: "verify",
        summary: "check every hash and pointer",
        flags: registryFlags,
        own: [["--repair", "move what is broken aside; deletes nothing"]],
        examples: ["dao-opt registry verify", "dao-opt registry verify --repair"],
        load: async () => (await import("./commands/registry/verify.ts")).verifyCommand,
      },
    ],
  },
  {
    name: "offline-server",
    summary: "serve the rule-made offline models as an OpenAI-compatible endpoint",
    flags: ["json", "debug", "noColor"],
    own: [
      ["--port <n>", "port (default: 4050; 0 takes a free one)"],
      ["--host <address>", "address (default: 127.0.0.1)"],
      ["--latency <ms>", "milliseconds each answer takes (default: 0)"],
      ["--fault-rate <share>", "share of calls answered by a fault, 0 to 1 (default: 0)"],
      ["--seed <n>", "seed of the faults (default: 1)"],
    ],
    examples: ["dao-opt offline-server", "dao-opt offline-server --latency 100 --fault-rate 0.1"],
    load: async () => (await import("./commands/offline-server.ts")).offlineServerCommand,
  },
  {
    name: "schema",
    summary: "print the JSON Schema of the config, or of a command's --json output",
    flags: ["debug", "noColor"],
    own: [["--output <name>", "the document that a command prints: run, eval, plan, …"]],
    examples: ["dao-opt schema > schema.json", "dao-opt schema --output run"],
    load: async () => (await import("./commands/schema.ts")).schemaCommand,
  },
  {
    name: "doctor",
    summary: "check Node, folders and keys; with a config and --online also each model",
    args: [["[config]", "a config whose models to check"]],
    flags: ["json", ...placeFlags, "debug", "noColor"],
    own: [["--online", "ask each model for one short answer"]],
    examples: ["dao-opt doctor", "dao-opt doctor config.yaml --online"],
    load: async () => (await import("./commands/doctor.ts")).doctorCommand,
  },
  {
    name: "completion",
    summary: "print a completion script",
    args: [["<shell>", "bash, zsh or fish"]],
    examples: [
      "dao-opt completion bash > ~/.local/share/bash-completion/completions/dao-opt",
      "dao-opt completion fish | source",
    ],
    load: async () => (await import("./commands/completion.ts")).completionCommand,
  },
];

/** The command line as commander runs it. Only the command asked for loads anything. */
export async function createProgram(
  context: CliContext,
  state: ProgramState,
  _argv: readonly string[],
): Promise<Command> {
  const program = new Command("dao-opt")
    .description("Rewrites prompts for another model, proves them on held-out rows, files them as versions.")
    .version(toolVersion, "-V, --version", "print the version")
    .helpCommand("help [command]", "help for a command");
  for (const spec of commandSpecs) program.addCommand(build(spec, context, state));
  dress(program, context);
  program.action(() => {
    const [unknown] = program.args;
    if (unknown === undefined) {
      program.outputHelp({ error: true });
      state.exitCode = exitUsage;
      return;
    }
    const near = nearNames(
      unknown,
      commandSpecs.map(({ name }) => name),
    );
    throw new UsageError(`unknown command "${unknown}"`, {
      hint: near.length > 0 ? `did you mean ${near[0]}?` : "`dao-opt help` lists the commands",
    });
  });
  program.allowExcessArguments(true);
  return program;
}

function build(spec: CommandSpec, context: CliContext, state: ProgramState): Command {
  const command = new Command(spec.name).summary(spec.summary).description(sentence(spec.summary));
  for (const [name, description] of spec.args ?? []) command.argument(name, description);
  for (const name of spec.flags ?? []) command.addOption(optionOf(flags[name]));
  for (const [written, description] of spec.own ?? []) command.option(written, description);
  command.addHelpText("after", `\nExamples:\n${spec.examples.map((line) => `  $ ${line}`).join("\n")}\n`);
  for (const child of spec.commands ?? []) command.addCommand(build(child, context, state));
  dress(command, context);
  const { load } = spec;
  if (load !== undefined) {
    command.action(async (...received: unknown[]) => {
      const args = received.slice(0, -2).flatMap((arg) => (typeof arg === "string" ? [arg] : []));
      const action = await load();
      state.exitCode = await action(args, command.opts(), context);
    });
  }
  return command;
}

function dress(command: Command, context: CliContext): void {
  command
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      getOutHelpWidth: () => context.stdout.columns ?? 80,
      getErrHelpWidth: () => context.stderr.columns ?? 80,
      outputError: (text, write) => write(text),
    });
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}
