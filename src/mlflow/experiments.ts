import { isJsonObject, type JsonObject } from "../core/data/json.ts";
import { NotFoundError } from "../core/errors.ts";
import { nearNames } from "../core/text/near-names.ts";
import type { MlflowClient } from "./mlflow-client.ts";
import { MlflowError } from "./mlflow-error.ts";
import { memberText, objectsOf } from "./read-pages.ts";

const api = "/api/2.0/mlflow/experiments";

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly attempts?: number;
}

/** The id of an experiment by its name. NotFoundError with near names when there is none. */
export async function experimentIdOf(
  client: MlflowClient,
  name: string,
  options: CallOptions = {},
): Promise<string> {
  const id = await findExperiment(client, name, options);
  if (id !== undefined) return id;
  const page = await client.call({
    method: "POST",
    path: `${api}/search`,
    body: { max_results: 1000 },
    isIdempotent: true,
    ...options,
  });
  const names = objectsOf(page["experiments"]).flatMap((one) => memberText(one["name"]) ?? []);
  throw new NotFoundError("MLflow experiment", name, nearNames(name, names, 3));
}

/** The id of an experiment, which is made when there is none of that name. */
export async function ensureExperiment(
  client: MlflowClient,
  name: string,
  options: CallOptions = {},
): Promise<string> {
  const known = await findExperiment(client, name, options);
  if (known !== undefined) return known;
  try {
    const made = await client.call({ method: "POST", path: `${api}/create`, body: { name }, ...options });
    return String(made["experiment_id"]);
  } catch (error) {
    // Somebody else has just made it.
    const id =
      error instanceof MlflowError && error.kind === "conflict"
        ? await findExperiment(client, name, options)
        : undefined;
    if (id === undefined) throw error;
    return id;
  }
}

async function findExperiment(
  client: MlflowClient,
  name: string,
  options: CallOptions,
): Promise<string | undefined> {
  let found: JsonObject;
  try {
    found = await client.call({
      method: "GET",
      path: `${api}/get-by-name`,
      query: { experiment_name: name },
      ...options,
    });
  } catch (error) {
    if (error instanceof MlflowError && error.kind === "not_found") return undefined;
    throw error;
  }
  const experiment = isJsonObject(found["experiment"]) ? found["experiment"] : {};
  if (experiment["lifecycle_stage"] === "deleted") {
    throw new MlflowError(`the MLflow experiment ${JSON.stringify(name)} is deleted`, {
      kind: "rejected",
      hint: `restore it with \`mlflow experiments restore -x ${String(experiment["experiment_id"])}\`, or use another name`,
    });
  }
  return memberText(experiment["experiment_id"]);
}
