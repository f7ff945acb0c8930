import { stat } from "node:fs/promises";
import type { DatasetRecord } from "../../contracts/dataset-store.ts";
import { DatasetError } from "../../core/errors.ts";
import { createLineSplitter } from "../../formats/json-lines.ts";
import { readChunks } from "../formats/read-chunks.ts";
import { createProblemList } from "../rows/problem-list.ts";
import type { RowFault } from "../rows/row-fault.ts";
import { parseLine } from "./parse-line.ts";
import { recordJson } from "./record-json.ts";
import { openReplacement, sweepReplacements } from "./replacement-file.ts";

const newline = Buffer.from("\n");

/**
 * Writes anew the rows of a dataset's file that `change` gives another record for, all others byte for byte as
 * they were; resolves to how many. The file is replaced at the end of it, and left alone when nothing changed.
 * The caller holds the lock. Rejects with DatasetError naming every line that cannot be read.
 */
export async function amendDataset(
  file: string,
  change: (record: DatasetRecord) => DatasetRecord,
): Promise<number> {
  await sweepReplacements(file);
  const { size } = await stat(file);
  const target = openReplacement(file);
  try {
    const problems = createProblemList();
    let line = 0;
    let amended = 0;
    const lines = createLineSplitter((bytes) => {
      line++;
      if (bytes?.toString().trim() === "") return;
      const faults: RowFault[] = [];
      const keyed = parseLine(bytes, faults);
      if (keyed === undefined || bytes === undefined) return problems.add(file, line, faults);
      const changed = change(keyed.record);
      if (changed !== keyed.record) amended++;
      target.write(changed === keyed.record ? bytes : JSON.stringify(recordJson(changed)));
      target.write(newline);
    });
    for await (const chunk of readChunks({ path: file, name: file, sizeBytes: size })) lines.feed(chunk);
    lines.end();
    const bad = problems.problems();
    if (bad.length > 0) {
      throw new DatasetError(`${file} holds rows that cannot be read, so nothing was changed in it`, bad, {
        hint: "correct these rows, or take them out",
      });
    }
    if (amended > 0) await target.commit();
    return amended;
  } finally {
    await target.discard();
  }
}
