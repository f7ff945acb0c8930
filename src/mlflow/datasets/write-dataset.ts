import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import { DatasetError } from "../../core/errors.ts";
import type { MlflowClient } from "../mlflow-client.ts";
import { memberText } from "../read-pages.ts";
import {
  type DatasetReference,
  datasetOf,
  datasetsApi,
  datasetsNamed,
  findMlflowDataset,
  type MlflowDataset,
  refuseDatabricks,
} from "./find-dataset.ts";

export interface WriteRowsOptions {
  /** Of a dataset that is made. */
  readonly experimentId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each batch with the number of rows sent so far. */
  readonly onBatch?: (sent: number) => void;
}

export interface WrittenRows extends MlflowDataset {
  readonly isNew: boolean;
  readonly inserted: number;
  /** Rows whose inputs were there. */
  readonly updated: number;
}

const batchRows = 500;
const batchBytes = 8_000_000;
const sourceTypes: ReadonlySet<string> = new Set(["TRACE", "HUMAN", "DOCUMENT", "CODE"]);
const members = ["inputs", "outputs", "expectations", "tags"] as const;

/**
 * Merges rows into a dataset, which is made when its name is new. Equal inputs are one row there. DatasetError
 * for rows without inputs, before anything is sent: the server would take them silently. A repeated write changes
 * nothing.
 */
export async function writeMlflowRows(
  client: MlflowClient,
  target: DatasetReference,
  rows: readonly JsonObject[],
  { experimentId, signal, onBatch }: WriteRowsOptions = {},
): Promise<WrittenRows> {
  refuseDatabricks(client);
  const records = checkedRecords(rows);
  const { isNew, ...dataset } = await openTarget(client, target, experimentId, signal);
  let [inserted, updated, sent] = [0, 0, 0];
  for (const batch of batchesOf(records)) {
    const answer = await client.call({
      method: "POST",
      path: `${datasetsApi}/${encodeURIComponent(dataset.datasetId)}/records`,
      body: { records: `[${batch.join(",")}]` },
      isIdempotent: true,
      signal,
    });
    inserted += Number(answer["inserted_count"] ?? 0);
    updated += Number(answer["updated_count"] ?? 0);
    sent += batch.length;
    onBatch?.(sent);
  }
  return { ...dataset, isNew, inserted, updated };
}

async function openTarget(
  client: MlflowClient,
  target: DatasetReference,
  experimentId: string | undefined,
  signal: AbortSignal | undefined,
): Promise<MlflowDataset & { readonly isNew: boolean }> {
  const isKnown = "datasetId" in target || (await datasetsNamed(client, target.name, { signal })).length > 0;
  if (isKnown) return { ...(await findMlflowDataset(client, target, { signal })), isNew: false };
  const answer = await client.call({
    method: "POST",
    path: `${datasetsApi}/create`,
    body: { name: target.name, ...(experimentId === undefined ? {} : { experiment_ids: [experimentId] }) },
    signal,
  });
  return { ...datasetOf(isJsonObject(answer["dataset"]) ? answer["dataset"] : {}), isNew: true };
}

/** The JSON of each row as MLflow takes it. */
function checkedRecords(rows: readonly JsonObject[]): readonly string[] {
  const wrong = rows.flatMap(({ inputs }, at) =>
    isJsonObject(inputs) && Object.keys(inputs).length > 0 ? [] : [at + 1],
  );
  if (wrong.length > 0) {
    const shown = `${wrong.slice(0, 5).join(", ")}${wrong.length > 5 ? " …" : ""}`;
    throw new DatasetError(
      `${wrong.length} of ${rows.length} rows have no inputs (row ${shown}), and nothing was sent to MLflow`,
      [],
      { hint: "each row needs an object `inputs`, which is its identity in MLflow" },
    );
  }
  return objectsFirst(rows).map((row) => JSON.stringify(recordOfRow(row)));
}

/**
 * MLflow 3.17 fails on outputs that are objects once a dataset has outputs that are none; the other way round it
 * takes both.
 */
function objectsFirst(rows: readonly JsonObject[]): readonly JsonObject[] {
  const isObject = ({ outputs }: JsonObject) => isJsonObject(outputs);
  return [...rows.filter(isObject), ...rows.filter((row) => !isObject(row))];
}

function recordOfRow(row: JsonObject): JsonObject {
  const kept = members.flatMap((name) => {
    const value = row[name];
    return value === undefined || value === null ? [] : [[name, value] as const];
  });
  const source = sourceOf(row["source"]);
  return { ...Object.fromEntries(kept), ...(source === undefined ? {} : { source }) };
}

/** Both spellings: `{type, trace_id}` and MLflow's own. MLflow rejects unknown types. */
function sourceOf(source: unknown): JsonObject | undefined {
  if (!isJsonObject(source)) return undefined;
  const type = (memberText(source["type"]) ?? memberText(source["source_type"]) ?? "").toUpperCase();
  if (!sourceTypes.has(type)) return undefined;
  const traceId = memberText(source["trace_id"]);
  const data = isJsonObject(source["source_data"]) ? source["source_data"] : {};
  return {
    source_type: type,
    source_data: { ...data, ...(traceId === undefined ? {} : { trace_id: traceId }) },
  };
}

function* batchesOf(records: readonly string[]): Generator<readonly string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = Buffer.byteLength(record);
    if (batch.length === batchRows || (batch.length > 0 && bytes + size > batchBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(record);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
