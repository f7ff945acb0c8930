import { Command, CommanderError } from "commander";
import { UsageError } from "../core/errors.ts";
import { nearNames } from "../core/text/near-names.ts";
import { toolVersion } from "../version.ts";
import { type CommandSpec, flagsOf, takesConfig } from "./command-spec.ts";
import { commandSpecs } from "./commands/command-specs.ts";
import { asTyped, type CliContext, lookOf } from "./context.ts";
import { exitCodeOf, exitDone, exitUsage } from "./exit-codes.ts";
import { flags, optionOf } from "./flags.ts";
import { configOf, noConfig } from "./session/find-config.ts";

interface ProgramState {
  exitCode: number;
}

/** Builds the commander program. Loads only the invoked command. */
function createProgram(context: CliContext, state: ProgramState): Command {
  const program = new Command("dao-opt")
    .description(
      "Optimizes prompts for another model, tests them on held-out rows and registers them as versions.",
    )
    .version(toolVersion, "-V, --version", "print the version")
    .helpCommand("help [command]", "help for a command")
    // Options after a command belong to it: `call x --version 3` does not print the tool's version.
    .enablePositionalOptions();
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
      hint: near.length > 0 ? `did you mean ${near[0]}?` : "run `dao-opt help` for a list of commands",
    });
  });
  program.allowExcessArguments(true);
  return program;
}

function build(spec: CommandSpec, context: CliContext, state: ProgramState): Command {
  const command = new Command(spec.name).summary(spec.summary).description(sentence(spec.summary));
  for (const [name, description] of spec.args ?? []) command.argument(name, description);
  for (const name of flagsOf(spec)) command.addOption(optionOf(flags[name]));
  for (const [flags, description, kind] of spec.own ?? [])
    command.addOption(optionOf({ flags, description, isList: kind === "list" }));
  command.addHelpText("after", `\nExamples:\n${spec.examples.map((line) => `  $ ${line}`).join("\n")}\n`);
  for (const child of spec.commands ?? []) command.addCommand(build(child, context, state));
  dress(command, context);
  const { load } = spec;
  // Otherwise a command with an action would parse the options of its subcommands.
  if (load !== undefined && spec.commands !== undefined) command.enablePositionalOptions();
  if (load !== undefined) {
    command.action(async (...received: unknown[]) => {
      const words = received.slice(0, -2).flatMap(wordsOf);
      const args = takesConfig(spec) ? await withConfig(words, spec, command.opts(), context) : words;
      const action = await load();
      state.exitCode = await action(args, command.opts(), context);
    });
  }
  return command;
}

/** Puts the config, named by argument or flag, first. */
async function withConfig(
  words: readonly string[],
  { name }: CommandSpec,
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<readonly string[]> {
  const config = await configOf(words[0], options, context);
  if (config !== undefined) return [config, ...words.slice(1)];
  if (name === "doctor") return words;
  throw noConfig();
}

/** Flattens commander's arguments: variadic ones are arrays, missing ones undefined. */
function wordsOf(arg: unknown): string[] {
  const words: readonly unknown[] = Array.isArray(arg) ? arg : [arg];
  return words.filter((word) => typeof word === "string");
}

function dress(command: Command, context: CliContext): void {
  command
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ minWidthToWrap: 20 })
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      getOutHelpWidth: () => context.stdout.columns ?? 80,
      getErrHelpWidth: () => context.stderr.columns ?? 80,
      outputError: (text, write) => write(text.replace(suggestion, "  → did you mean $1?")),
    });
}

/** The suggestion at the end of commander's errors. */
const suggestion = /^\(Did you mean (.+)\?\)$/m;

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

/**
 * Runs a command line, without node and script, and resolves to the exit code. Never rejects: errors go to
 * stderr, or to stdout as JSON under `--json`.
 */
export async function main(argv: readonly string[], context: CliContext): Promise<number> {
  const state = { exitCode: exitDone };
  try {
    await createProgram(context, state).parseAsync([...argv], { from: "user" });
    return state.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return printError(error, argv, context);
    if (error.exitCode === 0) return exitDone;
    // Commander has already printed the error.
    if (wants("json", argv, context)) {
      const [, near] = suggestion.exec(error.message) ?? [];
      const message = error.message
        .replace(/^error: /, "")
        .replace(suggestion, "")
        .trim();
      const hint = near === undefined ? undefined : `did you mean ${near}?`;
      await printError(new UsageError(message, { hint }), argv, context);
    }
    return exitUsage;
  }
}

/** Looks for a flag anywhere, because parsing failed. */
function wants(flag: "json" | "debug", argv: readonly string[], { env }: CliContext): boolean {
  const variable = env[`DAO_OPT_${flag.toUpperCase()}`]?.toLowerCase() ?? "";
  return argv.includes(`--${flag}`) || ["1", "true", "yes", "on"].includes(variable);
}

async function printError(error: unknown, argv: readonly string[], context: CliContext): Promise<number> {
  if (wants("json", argv, context)) {
    const { errorOutput } = await import("./output/error-output.ts");
    context.stdout.write(`${JSON.stringify(errorOutput(error), null, 2)}\n`);
  } else {
    const { describeError } = await import("./terminal/describe-error.ts");
    const look = lookOf(context, context.stderr, { color: !argv.includes("--no-color") });
    const text = describeError(error, { look, isDebug: wants("debug", argv, context) });
    context.stderr.write(asTyped(text, context));
  }
  return exitCodeOf(error);
}
