import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import { UsageError } from "../../../core/errors.ts";
import { shellWord } from "../../../core/text/shell-word.ts";
import { isRatedAtLeast } from "../../../datasets/manage/reference-answer.ts";
import type { RowMapping } from "../../../datasets/store/parse-record.ts";
import { readRecordRows } from "../../../datasets/store/read-records.ts";
import { foreignFormat } from "../../../imports/detect-format.ts";
import { openSourceFile } from "../../../imports/source/source-file.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
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
  if (Object.keys(mapping).length === 0) await refuseForeign(sources, target.name);
  let leftOut = 0;
  async function* records(): AsyncGenerator<DatasetRecord> {
    for await (const record of allRecords(sources, mapping)) {
      if (minRating === undefined || isRatedAtLeast(record, minRating)) yield record;
      else leftOut++;
    }
  }
  const counts = await target.store.merge(target.name, records());
  const output: DatasetMergeOutput = { name: target.name, path, ...counts, left_out: leftOut };
  command.print(output, () => {
    const parts = [
      `${formatCount(output.added)} added`,
      `${formatCount(output.updated)} updated`,
      `${formatCount(output.unchanged)} unchanged`,
      ...(minRating === undefined ? [] : [`${formatCount(leftOut)} skipped by rating`]),
    ];
    return `${into}: ${parts.join(", ")}; ${countOf(output.rows, "row")} now\n`;
  });
  return exitDone;
}

async function* allRecords(
  sources: readonly LocatedDataset[],
  mapping: RowMapping,
): AsyncGenerator<DatasetRecord> {
  for (const { file, isCollected } of sources) {
    // Collected rows were checked when stored; rows of user files are checked here.
    const options = { ...mapping, isChecked: !isCollected };
    for await (const { record } of readRecordRows(file, options)) yield record;
  }
}

/** Detecting the format reads a JSON document whole. Larger ones are row lists and are streamed. */
const mostLookedInto = 64 * 1024 * 1024;

/** Refuses files in a known trace format, which would give wrong rows; `collect import` reads them. */
async function refuseForeign(sources: readonly LocatedDataset[], into: string): Promise<void> {
  for (const { name, file, isCollected } of sources) {
    if (isCollected) continue;
    const source = await openSourceFile(file.path, name);
    if (source.layout === "json" && file.sizeBytes > mostLookedInto) continue;
    const format = await foreignFormat(source);
    if (format !== undefined)
      throw new UsageError(`${name} has no plain rows; it contains ${format.summary}`, {
        hint: `dao-opt collect import ${shellWord(name)} --dataset ${shellWord(into)}`,
      });
  }
}
