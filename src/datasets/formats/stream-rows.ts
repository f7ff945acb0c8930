import { isJsonObject, type JsonValue } from "../../core/data/json.ts";
import { DatasetError } from "../../core/errors.ts";
import { readFileValues } from "./read-file-values.ts";
import type { FileProblem, ReadFileValue } from "./read-value.ts";
import { brokenFile, listKeys, type RowFile } from "./row-format.ts";

/** A row as written in a file, or why it cannot be parsed. */
export interface StreamedRow {
  readonly value?: unknown;
  readonly fault?: string;
  /** From 1; undefined if the layout has no lines. */
  readonly line: number | undefined;
}

/**
 * Streams the rows of a file of any layout as they are written, in bounded memory if the layout allows that. Throws
 * DatasetError if nothing after some place can be read (invalid JSON, an unclosed quote), or the file contains no list
 * of rows, and the reason of `file.signal` if it aborts.
 */
export async function* streamRows(file: RowFile): AsyncGenerator<StreamedRow> {
  yield* checkedRows(file, refusingDocuments(file, readFileValues(file)));
}

/** The values as rows. Throws one DatasetError for all that make the rest of the file unreadable. */
export async function* checkedRows(
  file: Pick<RowFile, "name" | "signal">,
  values: AsyncIterable<ReadFileValue>,
): AsyncGenerator<StreamedRow> {
  const fatal: FileProblem[] = [];
  for await (const read of values) {
    file.signal?.throwIfAborted();
    if ("note" in read) continue;
    if ("value" in read) yield { value: read.value, line: read.line };
    else if (read.isFatal === true) fatal.push(read);
    else yield { fault: read.problem, line: read.line };
  }
  const [first, ...others] = fatal.map(({ line, problem, hint }) => brokenFile(file, line, problem, hint));
  if (first === undefined) return;
  if (others.length === 0) throw first;
  const all = [first, ...others];
  throw new DatasetError(
    all.map(({ message }) => message).join("\n"),
    all.flatMap(({ problems }) => problems),
  );
}

async function* refusingDocuments(
  file: RowFile,
  values: AsyncIterable<ReadFileValue>,
): AsyncGenerator<ReadFileValue> {
  for await (const read of values) {
    if ("value" in read && read.isDocument === true) throw noList(file, read.value);
    yield read;
  }
}

const shownKeys = 20;

function noList(file: RowFile, value: JsonValue): DatasetError {
  const keys = isJsonObject(value) ? Object.keys(value).slice(0, shownKeys) : [];
  const single = isJsonObject(value)
    ? "an empty object"
    : `a single ${value === null ? "null" : typeof value}`;
  const content = keys.length === 0 ? single : `an object with the keys ${keys.join(", ")}`;
  const hint = `write [{…}, {…}], or put the list under ${listKeys.join(", ")}`;
  return brokenFile(file, undefined, `the file contains ${content}, not a list of rows`, hint);
}
