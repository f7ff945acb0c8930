import { readFileValues, readWithProblems } from "../../datasets/formats/read-file-values.ts";
import type { FileProblem, FileValue, ReadFileValue } from "../../datasets/formats/read-value.ts";
import { notUtf8Line } from "../../formats/json-lines.ts";
import type { SourceFile } from "./source-file.ts";

/** A value of a file, or a problem in its place. */
export type ReadValue = FileValue | FileProblem;

/**
 * Reads lines of JSON Lines, rows of a table, items of a list, or a single document, in bounded memory if the layout
 * allows that. Integers beyond 2^53 are texts, as from every JSON that is imported.
 */
export async function* readValues(file: SourceFile): AsyncGenerator<ReadValue> {
  for await (const read of readValuesAndNotes(file)) if (!("note" in read)) yield read;
}

/** Like `readValues`, with notes about the reading. A problem says how much of the file it concerns. */
export async function* readValuesAndNotes(file: SourceFile): AsyncGenerator<ReadFileValue> {
  if (file.layout === "empty") yield { problem: "the file is empty" };
  let count = 0;
  for await (const read of readWithProblems(readFileValues(file, { isForeign: true }))) {
    if ("value" in read) count++;
    yield "problem" in read ? explained(read, count > 0) : read;
  }
}

function explained(read: FileProblem, isPartlyRead: boolean): FileProblem {
  const advice =
    read.problem === notUtf8Line ? "; convert the file, from Latin-1 with `iconv -f latin1 -t utf8`" : "";
  const extent = read.isFatal === true && isPartlyRead ? "; nothing after it can be read" : "";
  const { hint: _, ...rest } = read;
  return { ...(advice === "" ? read : rest), problem: `${read.problem}${advice}${extent}` };
}
