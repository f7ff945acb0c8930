import { CommanderError } from "commander";
import { isDaoOptError } from "../core/errors.ts";
import type { CliContext } from "./context.ts";
import { lookOf } from "./context.ts";
import { exitCodeOf, exitDone, exitRuntime, exitUsage } from "./exit-codes.ts";
import { createProgram } from "./program.ts";
import { describeError, errorJson } from "./terminal/describe-error.ts";

/**
 * Runs one command line and resolves to its exit code. `argv` is without node and script.
 * Never rejects: errors are told on stderr, or as one JSON document on stdout under `--json`.
 */
export async function main(argv: readonly string[], context: CliContext): Promise<number> {
  const state = { exitCode: exitDone };
  try {
    const program = await createProgram(context, state, argv);
    await program.parseAsync([...argv], { from: "user" });
    return state.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitDone;
      if (argv.includes("--json")) {
        const message = error.message.replace(/^error: /, "");
        context.stdout.write(`${JSON.stringify(errorJson({ code: "usage_invalid", message }), null, 2)}\n`);
      }
      return exitUsage;
    }
    if (argv.includes("--json")) {
      context.stdout.write(`${JSON.stringify(errorJson(error), null, 2)}\n`);
    } else {
      const look = lookOf(context, context.stderr, { color: !argv.includes("--no-color") });
      context.stderr.write(describeError(error, { look, isDebug: argv.includes("--debug") }));
    }
    return isDaoOptError(error) ? exitCodeOf(error) : exitRuntime;
  }
}
