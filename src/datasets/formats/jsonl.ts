import { readJsonLines } from "../../formats/json-lines.ts";
import { readChunks } from "./read-chunks.ts";
import type { ReadRows } from "./row-format.ts";

/** JSON Lines: one JSON object a line. */
export const readJsonl: ReadRows = async (file, sink) => {
  for await (const read of readJsonLines(readChunks(file))) {
    if ("problem" in read) sink.badRow(read.problem, read.line);
    else sink.row(read.value, read.line);
  }
};
