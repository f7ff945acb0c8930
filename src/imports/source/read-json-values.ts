import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { createJsonRowParser } from "../../datasets/formats/json.ts";
import { createLineMap, createUtf8Check } from "../../datasets/formats/read-chunks.ts";
import { parseExactJson } from "../../formats/exact-json.ts";
import { describeJsonFault } from "../../formats/json-lines.ts";
import { firstBadLine, notUtf8, readBytes } from "./read-bytes.ts";
import type { ReadValue, SourceFile } from "./source-file.ts";
import { splitDocuments } from "./split-documents.ts";

/** A document that is an object is read whole. JavaScript strings cannot be longer than this. */
const maxDocumentBytes = 480 * 1024 * 1024;
/** Members under which tools put the list of items. */
const listMembers = ["rows", "data", "records", "traces", "runs", "items", "examples"];

/** Streams the items of a list; otherwise reads the items of an object's list, or the document itself. */
export async function* readJsonValues(file: SourceFile): AsyncGenerator<ReadValue> {
  const chunks = readBytes(file);
  const { value: first = Buffer.alloc(0) } = await chunks.next();
  if (first.toString().trimStart().startsWith("[")) yield* streamList(first, chunks);
  else yield* readDocument(first, chunks);
}

async function* streamList(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<ReadValue> {
  const lines = createLineMap();
  let read: ReadValue[] = [];
  let fedBytes = 0;
  const rows = createJsonRowParser(
    (value, offset) => {
      read.push({ value: value as JsonValue, line: lines.placeAt(offset).line });
    },
    { hasExactIntegers: true },
  );
  const problemOf = (fault: ReturnType<typeof rows.feed>): ReadValue | undefined => {
    if (fault === undefined) return undefined;
    const { line, column } = lines.placeAt(fault.offset ?? fedBytes);
    return { problem: `not JSON at column ${column}: ${fault.message}; nothing after it can be read`, line };
  };
  const utf8 = createUtf8Check();
  for await (const chunk of both(first, rest)) {
    const [badLine] = utf8.feed(chunk);
    if (badLine !== undefined) {
      yield { problem: `${notUtf8}; nothing after it can be read`, line: badLine };
      return;
    }
    lines.feed(chunk);
    fedBytes += chunk.length;
    const problem = problemOf(rows.feed(chunk));
    yield* read;
    read = [];
    if (problem === undefined) continue;
    yield problem;
    return;
  }
  const [badLine] = utf8.end();
  const problem = badLine === undefined ? problemOf(rows.end()) : { problem: notUtf8, line: badLine };
  if (problem !== undefined) yield problem;
}

async function* readDocument(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<ReadValue> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of both(first, rest)) {
    bytes += chunk.length;
    if (bytes > maxDocumentBytes) {
      yield {
        problem:
          "one document of more than 480 MB; export JSON Lines or a list, which are read piece by piece",
      };
      return;
    }
    pieces.push(chunk);
  }
  const whole = Buffer.concat(pieces);
  const badLine = firstBadLine(whole);
  if (badLine !== undefined) {
    yield { problem: notUtf8, line: badLine };
    return;
  }
  const text = whole.toString();
  try {
    yield* unwrapped(parseExactJson(text));
  } catch (error) {
    yield* splitDocuments(text) ?? [{ problem: describeJsonFault(text, error) }];
  }
}

function unwrapped(document: JsonValue): readonly ReadValue[] {
  if (!isJsonObject(document)) return [{ value: document, line: 1 }];
  for (const member of listMembers) {
    const list = listOf(document, member);
    if (list !== undefined) return list.map((value) => ({ value }));
  }
  return [{ value: document, line: 1 }];
}

/** The list may be JSON text, as in responses of MLflow's server. */
function listOf(document: JsonObject, member: string): readonly JsonValue[] | undefined {
  const value = document[member];
  const list: unknown = typeof value === "string" && value.startsWith("[") ? parseExactJson(value) : value;
  return Array.isArray(list) && list.every(isJsonObject) ? list : undefined;
}

async function* both(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}
