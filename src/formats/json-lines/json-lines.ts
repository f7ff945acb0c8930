import { isUtf8 } from "node:buffer";
import type { JsonValue } from "../../core/data/json.ts";
import { describeJsonFault } from "./json-fault.ts";
import { createLineSplitter, maxLineBytes } from "./line-splitter.ts";

/** The value of one line, or why it has none. */
export type JsonLine = { readonly value: JsonValue } | { readonly problem: string };

/** A line and its number in the file, from 1. */
export type NumberedJsonLine = JsonLine & { readonly line: number };

export const notUtf8Line = "not UTF-8 text";

/** Reads one line; undefined for a blank one. The splitter passes undefined for a line above its limit. */
export function parseJsonLine(line: Buffer | string | undefined): JsonLine | undefined {
  if (line === undefined) return { problem: `longer than ${maxLineBytes / 2 ** 20} MB` };
  if (typeof line !== "string" && !isUtf8(line)) return { problem: notUtf8Line };
  const text = line.toString();
  if (text.trim() === "") return undefined;
  try {
    return { value: JSON.parse(text) as JsonValue };
  } catch (error) {
    return { problem: describeJsonFault(text, error) };
  }
}

/** Reads JSON Lines as the bytes arrive. Blank lines are skipped; lines end at "\n" only. */
export async function* readJsonLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<NumberedJsonLine> {
  let line = 0;
  let read: NumberedJsonLine[] = [];
  const lines = createLineSplitter((bytes) => {
    line++;
    const parsed = parseJsonLine(bytes);
    if (parsed !== undefined) read.push({ ...parsed, line });
  });
  for await (const chunk of chunks) {
    lines.feed(chunk);
    yield* read;
    read = [];
  }
  lines.end();
  yield* read;
}

/** Reads JSON Lines from a text in memory. */
export function* parseJsonLines(text: string): Generator<NumberedJsonLine> {
  for (const [at, line] of text.split("\n").entries()) {
    const parsed = parseJsonLine(line);
    if (parsed !== undefined) yield { ...parsed, line: at + 1 };
  }
}

/** One line with its line break. */
export function renderJsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
