import { isUtf8 } from "node:buffer";
import { Tokenizer, TokenParser } from "@streamparser/json";
import type { JsonValue } from "../core/data/json.ts";

/** Maximum length of a line. A longer one lacks a newline and would exhaust memory. */
export const maxLineBytes = 64 * 1024 * 1024;

const newline = 10;

/**
 * Splits bytes into lines at "\n" only: node:readline also splits at U+2028 and U+2029, which are valid in JSON
 * strings. Lines longer than `maxBytes` arrive as undefined.
 */
export function createLineSplitter(onLine: (line: Buffer | undefined) => void, maxBytes = maxLineBytes) {
  let pending: Buffer[] = [];
  let pendingBytes = 0;

  const keep = (piece: Buffer): void => {
    pendingBytes += piece.length;
    if (pendingBytes > maxBytes) pending = [];
    else if (piece.length > 0) pending.push(piece);
  };
  const flush = (): void => {
    const line = pending.length === 1 ? pending[0] : Buffer.concat(pending);
    onLine(pendingBytes > maxBytes ? undefined : line);
    pending = [];
    pendingBytes = 0;
  };

  return {
    feed(chunk: Buffer): void {
      let start = 0;
      for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
        keep(chunk.subarray(start, end));
        flush();
        start = end + 1;
      }
      keep(chunk.subarray(start));
    },
    end(): void {
      if (pendingBytes > 0) flush();
    },
  };
}

/** The value of a line, or why it has none. */
type JsonLine = { readonly value: JsonValue } | { readonly problem: string };

/** A line with its number in the file, from 1. */
type NumberedJsonLine = JsonLine & { readonly line: number };

export const notUtf8Line = "not UTF-8 text";

/** Parses one line; undefined if it is blank. The splitter passes undefined for a line above its limit. */
export function parseJsonLine(
  line: Buffer | string | undefined,
  parse: (text: string) => JsonValue = JSON.parse,
): JsonLine | undefined {
  if (line === undefined) return { problem: `longer than ${maxLineBytes / 2 ** 20} MB` };
  if (typeof line !== "string" && !isUtf8(line)) return { problem: notUtf8Line };
  const text = line.toString();
  if (text.trim() === "") return undefined;
  try {
    return { value: parse(text) };
  } catch (error) {
    return { problem: describeJsonFault(text, error) };
  }
}

/** Parses JSON Lines as the bytes arrive. Skips blank lines; lines end at "\n" only. */
export async function* readJsonLines(
  chunks: AsyncIterable<Buffer>,
  parse?: (text: string) => JsonValue,
): AsyncGenerator<NumberedJsonLine> {
  let line = 0;
  let read: NumberedJsonLine[] = [];
  const lines = createLineSplitter((bytes) => {
    line++;
    const parsed = parseJsonLine(bytes, parse);
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

/** Parses JSON Lines of a text in memory. */
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

/** Where a text stops being JSON. */
export interface JsonFault {
  /** Byte offset; undefined if the text ends too early. */
  readonly offset: number | undefined;
  readonly message: string;
}

/** Reads an error of the streaming parser; `tokenOffset` is the offset of the last token. */
export function jsonFault(error: unknown, tokenOffset: number): JsonFault {
  const message = error instanceof Error ? error.message : String(error);
  if (/ended in /.test(message)) return { offset: undefined, message: "it ends too early" };
  const [, character, at] = /^Unexpected "(.*)" at .*absolute position "(\d+)"/s.exec(message) ?? [];
  if (character !== undefined) return { offset: Number(at), message: unexpected(character) };
  const [, token] = /^Unexpected [A-Z_]+ \((.*)\) in state/s.exec(message) ?? [];
  return { offset: tokenOffset, message: token === undefined ? message : `unexpected ${shortened(token)}` };
}

/**
 * Describes the mistake in one row of JSON text, with its column (in characters, from 1). The messages of
 * JSON.parse differ between versions of Node, and many name no place.
 */
function describeJsonFault(text: string, error: unknown): string {
  const fault = findFault(text);
  if (fault === undefined) return `not JSON: ${error instanceof Error ? error.message : String(error)}`;
  const before =
    fault.offset === undefined ? text.trimEnd() : Buffer.from(text).subarray(0, fault.offset).toString();
  return `not JSON at column ${before.length + 1}: ${fault.message}`;
}

function findFault(text: string): JsonFault | undefined {
  let tokenOffset = 0;
  const parser = new TokenParser({ paths: [], keepStack: false });
  const tokenizer = new Tokenizer();
  tokenizer.onToken = (token) => {
    tokenOffset = token.offset;
    parser.write(token);
  };
  try {
    tokenizer.write(Buffer.from(text));
    tokenizer.end();
    if (!parser.isEnded) parser.end();
    return undefined;
  } catch (error) {
    return jsonFault(error, tokenOffset);
  }
}

/** The tokenizer reports a byte, which is not a character beyond ASCII. */
function unexpected(character: string): string {
  return character > "\u007f" ? "unexpected character" : `unexpected ${JSON.stringify(character)}`;
}

function shortened(token: string): string {
  return token.length > 40 ? `${token.slice(0, 40)}…` : token;
}
