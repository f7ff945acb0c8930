import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import { isJsonObject, type JsonObject } from "../../../core/data/json.ts";
import { DatasetError, UsageError } from "../../../core/errors.ts";
import type { ExportFormat } from "../../../datasets/manage/export/export-format.ts";
import {
  type Exported,
  exportFormats,
  exportRecords,
} from "../../../datasets/manage/export/export-records.ts";
import type { DatasetReference } from "../../../mlflow/datasets/find-dataset.ts";
import { writeMlflowRows } from "../../../mlflow/datasets/write-dataset.ts";
import { ensureExperiment } from "../../../mlflow/experiments.ts";
import type { CliContext } from "../../context.ts";
import { openMlflow } from "../../session/open-mlflow.ts";
import { countOf } from "../../terminal/format.ts";
import { type DatasetCommand, textFlag } from "./open.ts";
import type { DatasetExportOutput } from "./output.ts";

interface MlflowExport {
  readonly name: string;
  readonly records: () => AsyncIterable<DatasetRecord>;
}

/** The dataset of `--to mlflow:NAME` or `--to mlflow:d-…`; undefined without the flag. */
export function mlflowTarget(options: Readonly<Record<string, unknown>>): DatasetReference | undefined {
  const to = textFlag(options, "to");
  if (to === undefined) return undefined;
  const other = ["output", "format", "safe"].find((flag) => options[flag] !== undefined);
  if (other !== undefined)
    throw new UsageError(`--to and --${other} cannot be combined`, { hint: "keep one of them" });
  const [, name] = /^mlflow:(.+)$/.exec(to) ?? [];
  if (name === undefined) {
    throw new UsageError(`--to: unknown target "${to}"`, { hint: "write --to mlflow:NAME" });
  }
  return /^d-[0-9a-f]{32}$/.test(name) ? { datasetId: name } : { name };
}

/** Merges rows into a dataset of MLflow, which is created if its name is new. */
export async function exportToMlflow(
  target: DatasetReference,
  { name, records }: MlflowExport,
  command: DatasetCommand,
  context: CliContext,
): Promise<Exported> {
  const rows: JsonObject[] = [];
  const exported = await exportRecords({
    format: exportFormats["mlflow"] as ExportFormat,
    ending: ".jsonl",
    records,
    write: (line) => {
      const row: unknown = line === "" ? undefined : JSON.parse(line);
      if (isJsonObject(row)) rows.push(row);
    },
  });
  if (rows.length === 0) throw new DatasetError(`no row of ${name} is left to send`);
  const { client, experiment } = await openMlflow(command.configFile, command.settings, context);
  const written = await writeMlflowRows(client, target, rows, {
    experimentId: experiment === undefined ? undefined : await ensureExperiment(client, experiment),
    onBatch: (sent) => {
      if (!command.isJson && sent < rows.length)
        context.stderr.write(`${sent} of ${countOf(rows.length, "row")} sent\n`);
    },
  });
  const { datasetId, isNew, inserted, updated } = written;
  const document: DatasetExportOutput = {
    name,
    format: "mlflow",
    rows: rows.length,
    mlflow: {
      address: client.address,
      dataset_id: datasetId,
      name: written.name,
      created: isNew,
      inserted,
      updated,
    },
  };
  command.print(
    document,
    () =>
      `${countOf(rows.length, "row")} of ${name} sent to the MLflow dataset ${written.name} (${datasetId})${isNew ? ", which is new" : ""}: ${inserted} added, ${updated} updated\n`,
  );
  return exported;
}
