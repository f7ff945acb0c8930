import { CommanderError } from "commander";
import { UsageError } from "../core/errors.ts";
import { asTyped } from "./as-typed.ts";
import { type CliContext, lookOf } from "./context.ts";
import { exitCodeOf, exitDone, exitUsage } from "./exit-codes.ts";
import { createProgram, suggestion } from "./program.ts";

/**
 * Runs one command line and resolves to its exit code. `argv` is without node and script.
 * Never rejects: errors are told on stderr, or as one JSON document on stdout under `--json`.
 */
export async function main(argv: readonly string[], context: CliContext): Promise<number> {
  const state = { exitCode: exitDone };
  try {
    await createProgram(context, state).parseAsync([...argv], { from: "user" });
    return state.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return printError(error, argv, context);
    if (error.exitCode === 0) return exitDone;
    // Commander has told a person already.
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

/** Before flags could be read, `--json` and its like count wherever they stand. */
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
