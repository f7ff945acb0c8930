import { Tokenizer, TokenParser } from "@streamparser/json";

/** Where a text stops being JSON. */
export interface JsonFault {
  /** Byte offset; undefined when the text ends too early. */
  readonly offset: number | undefined;
  readonly message: string;
}

/** The fault behind an error of the streaming parser; `tokenOffset` is that of the last token. */
export function jsonFault(error: unknown, tokenOffset: number): JsonFault {
  const message = error instanceof Error ? error.message : String(error);
  if (/ended in /.test(message)) return { offset: undefined, message: "it ends too early" };
  const [, character, at] = /^Unexpected "(.*)" at .*absolute position "(\d+)"/s.exec(message) ?? [];
  if (character !== undefined) return { offset: Number(at), message: unexpected(character) };
  const [, token] = /^Unexpected [A-Z_]+ \((.*)\) in state/s.exec(message) ?? [];
  return { offset: tokenOffset, message: token === undefined ? message : `unexpected ${shortened(token)}` };
}

/**
 * What is wrong with one row of JSON text, with its column (in characters, from 1). The messages of
 * JSON.parse differ between versions of Node, and many name no place.
 */
export function describeJsonFault(text: string, error: unknown): string {
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

/** The tokenizer names a byte, which is no character beyond ASCII. */
function unexpected(character: string): string {
  return character > "\u007f" ? "unexpected character" : `unexpected ${JSON.stringify(character)}`;
}

function shortened(token: string): string {
  return token.length > 40 ? `${token.slice(0, 40)}…` : token;
}
