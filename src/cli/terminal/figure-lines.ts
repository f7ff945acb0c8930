import type { z } from "zod";
import type { spendSchema } from "../output/spend-output.ts";
import { countOf, formatCount, formatUsd, marked } from "./format.ts";

/** The name of a figure, and its value with the words around it. */
export type Figure = readonly [name: string, text: string];

/** Measured figures, one per line, and last what they cost. */
export function figureLines(
  figures: readonly Figure[],
  usage: z.output<typeof spendSchema>,
): readonly string[] {
  const lines: readonly Figure[] = [...figures, ["spent", spentText(usage)]];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`);
}

function spentText(usage: z.output<typeof spendSchema>): string {
  const cached = usage.cached_calls === 0 ? "" : `, ${formatCount(usage.cached_calls)} from the cache`;
  const tokens = marked(formatCount(usage.input_tokens + usage.output_tokens), usage.estimated);
  const cost = usage.usd === null ? "" : `, ${marked(formatUsd(usage.usd), usage.estimated)}`;
  return `${countOf(usage.calls, "call")}${cached}, ${tokens} tokens${cost}`;
}
