import { extname, resolve } from "node:path";
import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import { UsageError } from "../../../core/errors.ts";
import { nearNames } from "../../../core/text/near-names.ts";
import type { ExportFormat } from "../../../datasets/manage/export/export-format.ts";
import {
  type Exported,
  exportFormats,
  exportRecords,
} from "../../../datasets/manage/export/export-records.ts";
import { isRatedAtLeast } from "../../../datasets/manage/reference-answer.ts";
import { readRecordRows } from "../../../datasets/store/read-records.ts";
import { writeWhole } from "../../../datasets/store/replacement-file.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { countOf } from "../../terminal/format.ts";
import { exportToMlflow, mlflowTarget } from "./export-to-mlflow.ts";
import { type LocatedDataset, locateDataset } from "./locate.ts";
import { minRatingFlag, openDatasetCommand, textFlag } from "./open.ts";
import type { DatasetExportOutput } from "./output.ts";

/** `dataset export` */
export async function datasetExportCommand(
  [word = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const command = await openDatasetCommand(options, context);
  const minRating = minRatingFlag(options);
  const target = mlflowTarget(options);
  if (target !== undefined) {
    const located = await locateDataset(word, command);
    const { name } = located;
    const records = () => ratedRecords(located, minRating);
    printLeftOut("mlflow", await exportToMlflow(target, { name, records }, command, context), context);
    return exitDone;
  }
  const output = textFlag(options, "output");
  const isStdout = output === undefined || output === "-";
  if (isStdout && command.isJson) {
    throw new UsageError("--json requires --output, because rows without it go to stdout");
  }
  const {
    name: format,
    ending,
    writer,
  } = formatOf(textFlag(options, "format"), isStdout ? undefined : output);
  const isSafe = options["safe"] === true;
  if (isSafe && writer.hasCells !== true)
    throw new UsageError(`--safe applies to csv and tsv, not to ${format}`, { hint: "remove --safe" });
  const located = await locateDataset(word, command);
  const { name } = located;
  const records = () => ratedRecords(located, minRating);
  const request = { format: writer, ending, records, isSafe };
  if (isStdout) {
    printLeftOut(
      format,
      await exportRecords({ ...request, write: (text) => context.stdout.write(text) }),
      context,
    );
    return exitDone;
  }
  const path = resolve(context.cwd, output);
  const exported = await writeWhole(path, (write) => exportRecords({ ...request, write }));
  const { rows } = exported;
  const document: DatasetExportOutput = { name, format, path, rows };
  command.print(document, () => `${output}: ${countOf(rows, "row")} of ${name} as ${format}\n`);
  printLeftOut(format, exported, context);
  return exitDone;
}

async function* ratedRecords(
  { file, openRows }: LocatedDataset,
  minRating: number | undefined,
): AsyncGenerator<DatasetRecord> {
  for await (const { record } of readRecordRows(file, { openRows })) {
    if (minRating === undefined || isRatedAtLeast(record, minRating)) yield record;
  }
}

function printLeftOut(format: string, { leftOut, rowsLeftOut }: Exported, context: CliContext): void {
  if (rowsLeftOut === 0) return;
  context.stderr.write(
    `note: ${format} cannot store ${leftOut.join(", ")}: omitted from ${countOf(rowsLeftOut, "row")}; use --format jsonl to keep everything\n`,
  );
}

function formatOf(
  wanted: string | undefined,
  output: string | undefined,
): { readonly name: string; readonly ending: string; readonly writer: ExportFormat } {
  const ending = output === undefined ? undefined : extname(output).toLowerCase();
  const byEnding = Object.entries(exportFormats).find(([, { endings }]) => endings.includes(ending ?? ""));
  const name = wanted ?? (output === undefined ? "jsonl" : byEnding?.[0]);
  const writer = name !== undefined && Object.hasOwn(exportFormats, name) ? exportFormats[name] : undefined;
  if (name !== undefined && writer !== undefined)
    return { name, ending: ending ?? writer.endings[0] ?? "", writer };
  const names = Object.keys(exportFormats);
  const [near] = name === undefined ? [] : nearNames(name, names);
  throw new UsageError(
    name === undefined ? `${output} has no ending of a known format` : `--format: unknown format "${name}"`,
    { hint: near === undefined ? `formats: ${names.join(", ")}` : `did you mean ${near}?` },
  );
}
