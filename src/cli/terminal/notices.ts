import { Chalk } from "chalk";
import type { TraceLosses } from "../../contracts/trace-store.ts";
import { asTyped, type CliContext, type Look } from "../context.ts";
import { withConsoleSigns } from "./console-signs.ts";
import { countOf } from "./format.ts";
import { wrapText } from "./wrap.ts";

export const offlineNote = "Offline models answered: these figures say nothing about a real model.";

/** Prints the command that resumes interrupted work, never wrapped: it is copied. */
export function printResume(command: string, context: CliContext): void {
  context.stderr.write(`answers so far are kept; resume with:\n  ${asTyped(command, context)}\n`);
}

/** Prints warnings and notes to stderr. */
export function printNotices(
  context: CliContext,
  look: Look,
  { warnings, notes }: { readonly warnings: readonly string[]; readonly notes: readonly string[] },
): void {
  for (const warning of warnings) {
    context.stderr.write(renderNotice("warning", asTyped(warning, context), look));
  }
  for (const note of notes) {
    context.stderr.write(`${wrapText(withConsoleSigns(asTyped(note, context), look), look.columns)}\n`);
  }
}

const colors = { error: "red", warning: "yellow" } as const;

/** Renders an `error:` or `warning:` line with its hint below. */
export function renderNotice(kind: keyof typeof colors, message: string, look: Look, hint?: string): string {
  const color = new Chalk({ level: look.hasColor ? 1 : 0 });
  const lines = [`${color[colors[kind]](`${kind}:`)} ${message}`];
  if (hint !== undefined) lines.push(`  ${color.dim("→")} ${hint}`);
  return `${wrapText(withConsoleSigns(lines.join("\n"), look), look.columns)}\n`;
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
