import type { DatasetPart } from "../../core/data/example.ts";
import { renderJsonLine } from "../../formats/json-lines.ts";
import type { RecordRow } from "../store/read-records.ts";
import { recordJson } from "../store/record-json.ts";
import type { PartOfRow } from "./split-dataset.ts";
import { writeWhole } from "./write-whole.ts";

type Counts = Readonly<Record<DatasetPart | "unused", number>>;

/** Writes each row to the file of its part. All three files are whole before the first is put in its place. */
export async function writeParts(
  rows: AsyncIterable<RecordRow>,
  partOf: PartOfRow,
  files: Readonly<Record<DatasetPart, string>>,
): Promise<Counts> {
  const counts = { train: 0, validation: 0, test: 0, unused: 0 };
  await writeWhole(files.test, (test) =>
    writeWhole(files.validation, (validation) =>
      writeWhole(files.train, async (train) => {
        const writers = { train, validation, test };
        let row = 0;
        for await (const { record } of rows) {
          const part = partOf(row++);
          counts[part ?? "unused"]++;
          if (part !== undefined) writers[part](renderJsonLine(recordJson(record)));
        }
      }),
    ),
  );
  return counts;
}
