import { Chalk } from "chalk";
import type { TraceLosses } from "../../contracts/trace-store.ts";
import { asTyped, type CliContext, type Look, lookOf } from "../context.ts";
import { countOf } from "./format.ts";
import { wrapCommand, wrapText } from "./wrap.ts";

/** Prints the command that resumes interrupted work. */
export function printResume(
  command: string,
  settings: { readonly color?: boolean },
  context: CliContext,
): void {
  const { columns } = lookOf(context, context.stderr, settings);
  const lines = wrapCommand(asTyped(command, context), columns - 2).replace(/^/gm, "  ");
  context.stderr.write(`answers so far are kept; resume with:\n${lines}\n`);
}

/** Prints warnings and notes to stderr. */
export function printNotices(
  context: CliContext,
  look: Look,
  { warnings, notes }: { readonly warnings: readonly string[]; readonly notes: readonly string[] },
): void {
  for (const warning of warnings) context.stderr.write(renderNotice("warning", warning, look));
  for (const note of notes) context.stderr.write(`${wrapText(note, look.columns)}\n`);
}

const colors = { error: "red", warning: "yellow" } as const;

/** Renders an `error:` or `warning:` line with its hint below. */
export function renderNotice(
  kind: keyof typeof colors,
  message: string,
  { hasColor, columns }: Look,
  hint?: string,
): string {
  const color = new Chalk({ level: hasColor ? 1 : 0 });
  const lines = [`${color[colors[kind]](`${kind}:`)} ${message}`];
  if (hint !== undefined) lines.push(`  ${color.dim("→")} ${hint}`);
  return `${wrapText(lines.join("\n"), columns)}\n`;
}

/** Prints lost traces to stderr. */
export function printLosses(context: CliContext, look: Look, { count, reason }: TraceLosses): void {
  if (count === 0) return;
  const why = reason === undefined ? "" : `: ${reason}`;
  printNotices(context, look, {
    warnings: [`${countOf(count, "trace")} could not be stored${why}`],
    notes: [],
  });
}
