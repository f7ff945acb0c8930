import { datasetStats } from "../../../datasets/manage/dataset-stats.ts";
import { readRecordRows } from "../../../datasets/store/read-records.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { locateDataset } from "./locate.ts";
import { openDatasetCommand } from "./open.ts";
import { statsOutput } from "./output.ts";
import { textFlag } from "./own-flags.ts";
import { datasetStatsText } from "./stats-text.ts";

/** `dataset stats` */
export async function statsCommand(
  words: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const command = await openDatasetCommand(options, context);
  const located = await Promise.all(words.map((word) => locateDataset(word, command)));
  const sources = located.map(({ name, file }) => ({ name, rows: readRecordRows(file) }));
  const stats = await datasetStats(sources, { by: textFlag(options, "by") });
  const output = statsOutput(
    located.map(({ name }) => name),
    stats,
  );
  command.print(output, () => datasetStatsText(output, command.look));
  return exitDone;
}
