import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import { isRatedAtLeast } from "../../../datasets/manage/reference-answer.ts";
import type { RowReading } from "../../../datasets/rows/row-reader.ts";
import type { RowMapping } from "../../../datasets/store/parse-record.ts";
import { readRecordRows } from "../../../datasets/store/read-records.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { chosenColumnsOutput, columnsNote } from "../../output/chosen-columns.ts";
import { readRowMapping } from "../../session/row-mapping.ts";
import { countOf, formatCount } from "../../terminal/format.ts";
import { type LocatedDataset, locateDataset, targetOf } from "./locate.ts";
import { minRatingFlag, openDatasetCommand } from "./open.ts";
import type { DatasetMergeOutput } from "./output.ts";

/** `dataset merge` */
export async function mergeCommand(
  [into = "", ...from]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const command = await openDatasetCommand(options, context);
  const mapping = readRowMapping(options);
  const minRating = minRatingFlag(options);
  const target = targetOf(into, command);
  const path = target.store.fileOf(target.name);
  const sources = await Promise.all(from.map((word) => locateDataset(word, command)));
  const files: DatasetMergeOutput["files"] = [];
  let leftOut = 0;
  async function* records(): AsyncGenerator<DatasetRecord> {
    for await (const record of allRecords(sources, mapping, files)) {
      if (minRating === undefined || isRatedAtLeast(record, minRating)) yield record;
      else leftOut++;
    }
  }
  const counts = await target.store.merge(target.name, records());
  const output: DatasetMergeOutput = { name: target.name, path, ...counts, left_out: leftOut, files };
  command.print(output, () => {
    const parts = [
      `${formatCount(output.added)} added`,
      `${formatCount(output.updated)} updated`,
      `${formatCount(output.unchanged)} unchanged`,
      ...(minRating === undefined ? [] : [`${formatCount(leftOut)} skipped by rating`]),
    ];
    return `${into}: ${parts.join(", ")}; ${countOf(output.rows, "row")} now\n${files.flatMap(notesOf).join("")}`;
  });
  return exitDone;
}

async function* allRecords(
  sources: readonly LocatedDataset[],
  mapping: RowMapping,
  files: DatasetMergeOutput["files"],
): AsyncGenerator<DatasetRecord> {
  for (const { name, file, isCollected, openRows } of sources) {
    // Collected rows were checked when stored; rows of user files are checked here.
    const options = {
      ...mapping,
      isChecked: !isCollected,
      openRows,
      onOpened: ({ notes, columns }: RowReading) =>
        void files.push({ name, notes: [...notes], columns: chosenColumnsOutput(columns) }),
    };
    for await (const { record } of readRecordRows(file, options)) yield record;
  }
}

function notesOf({ name, notes, columns }: DatasetMergeOutput["files"][number]): readonly string[] {
  const chosen = columnsNote(name, columns);
  const all = [...notes.map((note) => `${name}: ${note}`), ...(chosen === undefined ? [] : [chosen])];
  return all.map((note) => `note: ${note}\n`);
}
