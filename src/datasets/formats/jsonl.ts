import { isUtf8 } from "node:buffer";
import { describeJsonFault } from "./json-fault.ts";
import { createLineSplitter } from "./line-splitter.ts";
import { readChunks } from "./read-chunks.ts";
import { maxRowBytes, type ReadRows } from "./row-format.ts";

/** JSON Lines: one JSON object a line; blank lines are passed over. */
export const readJsonl: ReadRows = async (file, sink) => {
  let line = 0;
  const lines = createLineSplitter((bytes) => {
    line++;
    if (bytes === undefined) return sink.badRow(`longer than ${maxRowBytes / 2 ** 20} MB`, line);
    if (!isUtf8(bytes)) return sink.badRow("not UTF-8 text", line);
    const text = bytes.toString();
    if (text.trim() === "") return;
    let row: unknown;
    try {
      row = JSON.parse(text);
    } catch (error) {
      return sink.badRow(describeJsonFault(text, error), line);
    }
    sink.row(row, line);
  });
  for await (const chunk of readChunks(file)) lines.feed(chunk);
  lines.end();
};
