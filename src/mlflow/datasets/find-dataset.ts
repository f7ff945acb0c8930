import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import { NotFoundError } from "../../core/errors.ts";
import { nearNames } from "../../core/text/near-names.ts";
import type { MlflowClient } from "../mlflow-client.ts";
import { MlflowError } from "../mlflow-error.ts";
import { memberText, objectsOf, readPages } from "../read-pages.ts";

export const datasetsApi = "/api/3.0/mlflow/datasets";

export type DatasetReference = { readonly name: string } | { readonly datasetId: string };

/** An evaluation dataset of MLflow. */
export interface MlflowDataset {
  readonly datasetId: string;
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly createdAt?: string;
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * A dataset by id or name. NotFoundError with near names when there is none; MlflowError that lists the ids when
 * several have the name, which MLflow allows.
 */
export async function findMlflowDataset(
  client: MlflowClient,
  reference: DatasetReference,
  options: CallOptions = {},
): Promise<MlflowDataset> {
  refuseDatabricks(client);
  if ("datasetId" in reference) return datasetById(client, reference.datasetId, options);
  const { name } = reference;
  const found = await datasetsNamed(client, name, options);
  const [first, ...others] = found;
  if (first === undefined)
    throw new NotFoundError("MLflow dataset", name, await namesNear(client, name, options));
  if (others.length === 0) return first;
  const ids = found.map(({ datasetId, createdAt = "unknown date" }) => `${datasetId} (${createdAt})`);
  throw new MlflowError(
    `${found.length} MLflow datasets have the name ${JSON.stringify(name)}: ${ids.join(", ")}`,
    { kind: "ambiguous", hint: `name one by its id: {dataset_id: ${first.datasetId}}` },
  );
}

/** All datasets of exactly this name. */
export async function datasetsNamed(
  client: MlflowClient,
  name: string,
  options: CallOptions,
): Promise<readonly MlflowDataset[]> {
  // The filter has no way to write both quotes in one text.
  const quote = name.includes("'") ? '"' : "'";
  const filter = name.includes(quote) ? undefined : `name = ${quote}${name}${quote}`;
  const all = await searchDatasets(client, filter, options);
  return all.filter((dataset) => dataset.name === name);
}

/** Evaluation datasets of a workspace are tables of Unity Catalog, which another interface writes. */
export function refuseDatabricks(client: MlflowClient): void {
  if (client.kind !== "databricks") return;
  throw new MlflowError("evaluation datasets of Databricks are tables of Unity Catalog, which are not read", {
    kind: "unsupported",
    hint: "export the table to a file, for example with dataset.to_df().to_json(…, orient='records', lines=True)",
  });
}

async function datasetById(
  client: MlflowClient,
  datasetId: string,
  options: CallOptions,
): Promise<MlflowDataset> {
  try {
    const answer = await client.call({
      method: "GET",
      path: `${datasetsApi}/${encodeURIComponent(datasetId)}`,
      ...options,
    });
    return datasetOf(isJsonObject(answer["dataset"]) ? answer["dataset"] : {});
  } catch (error) {
    if (error instanceof MlflowError && error.kind === "not_found") {
      throw new NotFoundError("MLflow dataset", datasetId, [], { cause: error });
    }
    throw error;
  }
}

async function namesNear(
  client: MlflowClient,
  name: string,
  options: CallOptions,
): Promise<readonly string[]> {
  const all = await searchDatasets(client, undefined, options);
  return nearNames(
    name,
    all.map((dataset) => dataset.name),
    3,
  );
}

async function searchDatasets(
  client: MlflowClient,
  filter: string | undefined,
  options: CallOptions,
): Promise<readonly MlflowDataset[]> {
  const found: MlflowDataset[] = [];
  const pages = readPages((token) =>
    client.call({
      method: "POST",
      path: `${datasetsApi}/search`,
      isIdempotent: true,
      body: {
        max_results: 1000,
        ...(filter === undefined ? {} : { filter_string: filter }),
        ...(token === undefined ? {} : { page_token: token }),
      },
      ...options,
    }),
  );
  for await (const page of pages) found.push(...objectsOf(page["datasets"]).map(datasetOf));
  return found;
}

export function datasetOf(json: JsonObject): MlflowDataset {
  const createdMs = Number(json["created_time"]);
  return {
    datasetId: memberText(json["dataset_id"]) ?? "",
    name: memberText(json["name"]) ?? "",
    ...(createdMs > 0 ? { createdAt: new Date(createdMs).toISOString() } : {}),
  };
}
