import { Chalk } from "chalk";
import { ConfigError, DatasetError, describeIssue, isDaoOptError } from "../../core/errors.ts";
import type { Look } from "../context.ts";
import { withConsoleSigns } from "./console-signs.ts";
import { wrapText } from "./wrap.ts";

const shownRows = 20;

/** Renders an error with its hint. Includes the stack only for bugs or with --debug. */
export function describeError(
  error: unknown,
  options: { readonly look: Look; readonly isDebug: boolean },
): string {
  const color = new Chalk({ level: options.look.hasColor ? 1 : 0 });
  if (!isDaoOptError(error)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `${color.red("bug")} ${stack}\n  this is a bug in dao-opt; please report it with the lines above\n`;
  }
  const lines = [headOf(error, color), ...rowsOf(error)];
  if (error.hint !== undefined) lines.push(`  ${color.dim("→")} ${error.hint}`);
  if (options.isDebug) lines.push(stackOf(error));
  return `${wrapText(withConsoleSigns(lines.join("\n"), options.look), options.look.columns)}\n`;
}

function headOf(error: Error, color: InstanceType<typeof Chalk>): string {
  if (!(error instanceof ConfigError)) return `${color.red("error:")} ${error.message}`;
  const count = error.issues.length;
  const title = count === 1 ? "" : `${color.red("error:")} ${count} problems in ${error.subject}\n`;
  return (
    title +
    error.issues
      .map((issue) => `${count === 1 ? `${color.red("error:")} ` : "  "}${describeIssue(issue)}`)
      .join("\n")
  );
}

function rowsOf(error: Error): string[] {
  if (!(error instanceof DatasetError)) return [];
  const shown = error.problems
    .slice(0, shownRows)
    .map(({ file, line, message }) => `  ${file}${line === undefined ? "" : `:${line}`}  ${message}`);
  // With several problems the message already lists the rows.
  if (shown.some((text) => error.message.includes(text.trim()))) return [];
  const rest = error.problems.length - shown.length;
  return rest > 0 ? [...shown, `  and ${rest} more`] : shown;
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${error.cause.stack}` : "";
  return `${error.stack ?? ""}${cause}`;
}
