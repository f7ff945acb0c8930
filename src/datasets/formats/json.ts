import { createJsonRowParser } from "./json-rows.ts";
import { createLineMap } from "./line-map.ts";
import { readChunks } from "./read-chunks.ts";
import { brokenFile, listKeys, type ReadRows } from "./row-format.ts";
import { createUtf8Check } from "./utf8-check.ts";

const onePieceHint =
  "a .json file is one document, so nothing after this place can be read; in a .jsonl file every line stands alone";

/** A JSON document: a list of rows, or an object with the list under `rows`, `data` or `records`. */
export const readJson: ReadRows = async (file, sink) => {
  const lines = createLineMap();
  const utf8 = createUtf8Check();
  const refuseLines = ([line]: readonly number[]): void => {
    if (line !== undefined) throw brokenFile(file, line, "not UTF-8 text", "save the file as UTF-8");
  };
  const rows = createJsonRowParser((row, offset) => sink.row(row, lines.placeAt(offset).line));
  let fedBytes = 0;
  const refuse = (fault: ReturnType<typeof rows.feed>): void => {
    if (fault === undefined) return;
    const { line, column } = lines.placeAt(fault.offset ?? fedBytes);
    throw brokenFile(file, line, `not JSON at column ${column}: ${fault.message}`, onePieceHint);
  };
  for await (const chunk of readChunks(file)) {
    refuseLines(utf8.feed(chunk));
    lines.feed(chunk);
    fedBytes += chunk.length;
    refuse(rows.feed(chunk));
  }
  refuseLines(utf8.end());
  refuse(rows.end());
  if (rows.holds === undefined || rows.hasList) return;
  throw brokenFile(
    file,
    undefined,
    `the file holds ${rows.holds}, and no list of rows`,
    `write [{…}, {…}], or put the list under ${listKeys.join(", ")}`,
  );
};
