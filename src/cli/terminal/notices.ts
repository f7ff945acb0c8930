import type { CliContext, Look } from "../context.ts";
import { wrapText } from "./wrap.ts";

/** Tells on stderr what a person should know before any call is made. */
export function tellNotices(
  context: CliContext,
  look: Look,
  { warnings, notes }: { readonly warnings: readonly string[]; readonly notes: readonly string[] },
): void {
  const lines = [...warnings.map((text) => `warning: ${text}`), ...notes];
  for (const line of lines) context.stderr.write(`${wrapText(line, look.columns)}\n`);
}
