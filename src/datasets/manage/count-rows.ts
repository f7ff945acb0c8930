import { createLineSplitter } from "../../formats/json-lines.ts";
import { readChunks } from "../formats/read-chunks.ts";

/** Lines of a JSON Lines file that are not empty. */
export async function countRows(path: string): Promise<number> {
  let rows = 0;
  const lines = createLineSplitter((line) => {
    if (line === undefined || line.length > 1) rows++;
  });
  for await (const chunk of readChunks({ path, name: path, sizeBytes: 0 })) lines.feed(chunk);
  lines.end();
  return rows;
}
