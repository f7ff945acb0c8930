import { notUtf8Line, readJsonLines } from "../../../formats/json-lines.ts";
import { notUtf8 } from "./not-utf8.ts";
import { readBytes } from "./read-bytes.ts";
import type { ReadValue } from "./read-value.ts";
import type { SourceFile } from "./source-file.ts";

/** One value a line. */
export async function* readJsonlValues(file: SourceFile): AsyncGenerator<ReadValue> {
  for await (const read of readJsonLines(readBytes(file)))
    yield "problem" in read && read.problem === notUtf8Line ? { ...read, problem: notUtf8 } : read;
}
