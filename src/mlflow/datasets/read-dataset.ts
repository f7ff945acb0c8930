import { digestOf } from "../../core/data/digest.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { parseExactJson } from "../../formats/exact-json.ts";
import type { MlflowClient } from "../mlflow-client.ts";
import { MlflowError } from "../mlflow-error.ts";
import { memberText, readPages } from "../read-pages.ts";
import { datasetsApi, refuseDatabricks } from "./find-dataset.ts";

/** Rows of a dataset, as if from a file of JSON Lines. */
export interface MlflowRows {
  /** `inputs`, and where there are any `outputs`, `expectations`, `tags` and `source`. */
  readonly rows: readonly JsonObject[];
  /** SHA-256 over the rows in their order, 64 hex digits. */
  readonly digest: string;
}

export interface ReadRowsOptions {
  readonly signal?: AbortSignal | undefined;
  readonly pageSize?: number;
  /** Called after each page with the number of rows so far. */
  readonly onPage?: (rows: number) => void;
}

/** All rows of a dataset, page by page. */
export async function readMlflowRows(
  client: MlflowClient,
  datasetId: string,
  { signal, pageSize = 1000, onPage }: ReadRowsOptions = {},
): Promise<MlflowRows> {
  refuseDatabricks(client);
  const rows: JsonObject[] = [];
  const pages = readPages((token) =>
    client.call({
      method: "GET",
      path: `${datasetsApi}/${encodeURIComponent(datasetId)}/records`,
      query: { max_results: pageSize, page_token: token },
      signal,
    }),
  );
  for await (const page of pages) {
    for (const record of recordsOf(page["records"], datasetId)) rows.push(rowOfRecord(record));
    onPage?.(rows.length);
  }
  return { rows, digest: digestOfRows(rows) };
}

/** SHA-256 over rows in their order, 64 hex digits. */
export function digestOfRows(rows: readonly JsonObject[]): string {
  return digestOf(rows.map((row) => digestOf(row)));
}

/** The list is a JSON text within the JSON. */
function recordsOf(value: JsonValue | undefined, datasetId: string): readonly JsonObject[] {
  let list: unknown = value ?? [];
  if (typeof list === "string") {
    try {
      list = parseExactJson(list);
    } catch {
      list = undefined;
    }
  }
  if (Array.isArray(list) && list.every(isJsonObject)) return list;
  throw new MlflowError(`the records of the MLflow dataset ${datasetId} are not a list of objects in JSON`, {
    kind: "unreadable",
    hint: "repeat the command, or update the server",
  });
}

/** A record of the server as a row; ids and times of the server are left out, so that equal rows have one digest. */
function rowOfRecord(record: JsonObject): JsonObject {
  const { inputs, expectations } = record;
  const tags = ownTags(record["tags"]);
  const outputs = unwrapped(record["outputs"]);
  const source = sourceOf(record);
  return {
    inputs: inputs ?? {},
    ...(outputs === undefined ? {} : { outputs }),
    ...(isFilled(expectations) ? { expectations } : {}),
    ...(isFilled(tags) ? { tags } : {}),
    ...(source === undefined ? {} : { source }),
  };
}

/** Without those of MLflow, such as who wrote the record. */
function ownTags(tags: JsonValue | undefined): JsonObject {
  const all = Object.entries(isJsonObject(tags) ? tags : {});
  return Object.fromEntries(all.filter(([key]) => !key.startsWith("mlflow.")));
}

/** The server's own storage puts outputs into `{"mlflow_wrapped": …}`, and has `{}` where there are none. */
function unwrapped(outputs: JsonValue | undefined): JsonValue | undefined {
  if (outputs === null || outputs === undefined) return undefined;
  if (!isJsonObject(outputs)) return outputs;
  return "mlflow_wrapped" in outputs ? outputs["mlflow_wrapped"] : isFilled(outputs) ? outputs : undefined;
}

function sourceOf(record: JsonObject): JsonObject | undefined {
  const source = isJsonObject(record["source"]) ? record["source"] : {};
  const type = memberText(source["source_type"]) ?? memberText(record["source_type"]);
  if (type === undefined || type === "UNSPECIFIED" || type === "SOURCE_TYPE_UNSPECIFIED") return undefined;
  const data = isJsonObject(source["source_data"]) ? source["source_data"] : {};
  const { trace_id: traceId, ...others } = data;
  return {
    type: type.toLowerCase(),
    ...(typeof traceId === "string" ? { trace_id: traceId } : {}),
    ...(isFilled(others) ? { source_data: others } : {}),
  };
}

function isFilled(value: JsonValue | undefined): value is JsonObject {
  return isJsonObject(value) && Object.keys(value).length > 0;
}
