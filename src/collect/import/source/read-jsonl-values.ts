import { isUtf8 } from "node:buffer";
import type { JsonValue } from "../../../core/json.ts";
import { describeJsonFault } from "../../../datasets/formats/json-fault.ts";
import { createLineSplitter } from "../../../datasets/formats/line-splitter.ts";
import { maxRowBytes } from "../../../datasets/formats/row-format.ts";
import { notUtf8 } from "./not-utf8.ts";
import { readBytes } from "./read-bytes.ts";
import type { ReadValue } from "./read-value.ts";
import type { SourceFile } from "./source-file.ts";

/** One value a line; blank lines are passed over. */
export async function* readJsonlValues(file: SourceFile): AsyncGenerator<ReadValue> {
  let line = 0;
  let read: ReadValue[] = [];
  const lines = createLineSplitter((bytes) => {
    line++;
    const value = readLine(bytes);
    if (value !== undefined) read.push({ ...value, line });
  });
  for await (const chunk of readBytes(file)) {
    lines.feed(chunk);
    yield* read;
    read = [];
  }
  lines.end();
  yield* read;
}

function readLine(bytes: Buffer | undefined): ReadValue | undefined {
  if (bytes === undefined) return { problem: `longer than ${maxRowBytes / 2 ** 20} MB` };
  if (!isUtf8(bytes)) return { problem: notUtf8 };
  const text = bytes.toString();
  if (text.trim() === "") return undefined;
  try {
    return { value: JSON.parse(text) as JsonValue };
  } catch (error) {
    return { problem: describeJsonFault(text, error) };
  }
}
