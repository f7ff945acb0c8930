import type { JsonValue } from "../../core/data/json.ts";
import { parseExactJson } from "../../formats/exact-json.ts";
import type { JsonFault } from "../../formats/json-lines.ts";
import { createJsonRowParser } from "./json-row-parser.ts";
import { createLineMap, createUtf8Check, readChunks } from "./read-chunks.ts";
import type { FileProblem, ReadFileValue } from "./read-value.ts";
import { maxWholeBytes, type OpenedFile } from "./row-format.ts";
import { splitDocuments } from "./split-documents.ts";
import { unwrapDocument } from "./unwrap-document.ts";

const onePieceHint =
  "a .json file is one document, so the rest of it is not read; in a .jsonl file each line is read separately";

interface ReadJsonOptions {
  /** Integers beyond 2^53 become texts, as in `parseExactJson`. */
  readonly hasExactIntegers: boolean;
}

/** Reads a JSON document: streams the items of a list; reads an object whole, see `unwrapDocument`. */
export async function* readJson(file: OpenedFile, options: ReadJsonOptions): AsyncGenerator<ReadFileValue> {
  const chunks = readChunks(file);
  const { value: first = Buffer.alloc(0) } = await chunks.next();
  if (first.toString().trimStart().startsWith("[")) yield* streamList(first, chunks, options);
  else yield* readDocument(first, chunks, options);
}

async function* streamList(
  first: Buffer,
  rest: AsyncIterable<Buffer>,
  options: ReadJsonOptions,
): AsyncGenerator<ReadFileValue> {
  const lines = createLineMap();
  const utf8 = createUtf8Check();
  let read: ReadFileValue[] = [];
  let fedBytes = 0;
  const rows = createJsonRowParser((value, offset) => {
    // The parser builds plain JSON values.
    read.push({ value: value as JsonValue, line: lines.placeAt(offset).line });
  }, options);
  const problemOf = (fault: JsonFault | undefined, [badLine]: readonly number[]): FileProblem | undefined => {
    if (badLine !== undefined) return notUtf8(badLine);
    return fault === undefined ? undefined : notJson(fault, lines, fedBytes);
  };
  for await (const chunk of both(first, rest)) {
    const badLines = utf8.feed(chunk);
    lines.feed(chunk);
    fedBytes += chunk.length;
    const problem = problemOf(badLines.length > 0 ? undefined : rows.feed(chunk), badLines);
    yield* read;
    read = [];
    if (problem === undefined) continue;
    yield problem;
    return;
  }
  const problem = problemOf(rows.end(), utf8.end());
  if (problem !== undefined) yield problem;
}

async function* readDocument(
  first: Buffer,
  rest: AsyncIterable<Buffer>,
  { hasExactIntegers }: ReadJsonOptions,
): AsyncGenerator<ReadFileValue> {
  const utf8 = createUtf8Check();
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of both(first, rest)) {
    const [badLine] = utf8.feed(chunk);
    if (badLine !== undefined) {
      yield notUtf8(badLine);
      return;
    }
    bytes += chunk.length;
    if (bytes > maxWholeBytes) {
      yield {
        problem: `one JSON document of more than ${maxWholeBytes / 2 ** 20} MB`,
        hint: "write JSON Lines or a list, which are read piece by piece",
        isFatal: true,
      };
      return;
    }
    pieces.push(chunk);
  }
  const [badLine] = utf8.end();
  if (badLine !== undefined) {
    yield notUtf8(badLine);
    return;
  }
  const whole = Buffer.concat(pieces);
  const text = whole.toString();
  if (text.trim() === "") return;
  let document: JsonValue;
  try {
    document = hasExactIntegers ? parseExactJson(text) : (JSON.parse(text) as JsonValue);
  } catch (error) {
    const documents = error instanceof SyntaxError ? splitDocuments(text) : undefined;
    yield* documents ?? [faultOf(whole, error)];
    return;
  }
  yield* unwrapDocument(document, (key) => linesOfList(whole, key));
}

/** Lines of the items of the list under this key. */
function linesOfList(whole: Buffer, key: string): readonly number[] {
  const lines = createLineMap();
  lines.feed(whole);
  const found: number[] = [];
  createJsonRowParser((_, offset) => void found.push(lines.placeAt(offset).line), {}, [key]).feed(whole);
  return found;
}

function faultOf(whole: Buffer, error: unknown): FileProblem {
  const lines = createLineMap();
  lines.feed(whole);
  const parser = createJsonRowParser(() => undefined, {}, []);
  const fault = parser.feed(whole) ?? parser.end();
  if (fault !== undefined) return notJson(fault, lines, whole.length);
  const reason = error instanceof Error ? error.message : String(error);
  return {
    problem: error instanceof RangeError ? "nested too deeply" : `not JSON: ${reason}`,
    isFatal: true,
  };
}

function notJson(
  { offset, message }: JsonFault,
  lines: ReturnType<typeof createLineMap>,
  end: number,
): FileProblem {
  const { line, column } = lines.placeAt(offset ?? end);
  return { problem: `not JSON at column ${column}: ${message}`, line, hint: onePieceHint, isFatal: true };
}

function notUtf8(line: number): FileProblem {
  return { problem: "not UTF-8 text", line, hint: "save the file as UTF-8", isFatal: true };
}

async function* both(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}
