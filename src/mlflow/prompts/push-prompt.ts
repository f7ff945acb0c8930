import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import type { MlflowClient } from "../mlflow-client.ts";
import { MlflowError } from "../mlflow-error.ts";
import { objectsOf, readPages, tagList, tagsOf } from "../read-pages.ts";
import { pathTag, versionIdTag } from "./prompt-name.ts";
import {
  checkPromptPush,
  isPromptTag,
  type PromptPush,
  type PushedPrompt,
  versionTags,
} from "./prompt-version.ts";
import { pushToUnityCatalog } from "./unity-catalog.ts";
import { originTag } from "./version-push.ts";

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

const api = "/api/2.0/mlflow";

/**
 * Pushes a version, and sets its alias when one is given. A push that broke off may be repeated: a version with
 * the same id is found again. UsageError before anything is sent for what MLflow would refuse.
 */
export async function pushPrompt(
  client: MlflowClient,
  push: PromptPush,
  options: CallOptions = {},
): Promise<PushedPrompt> {
  const name = checkPromptPush(push);
  if (client.kind === "databricks") return pushToUnityCatalog(client, name, push, options);
  await ensurePrompt(client, name, push, options);
  const known = await findPushed(client, name, push.versionId, options);
  const version = known ?? (await createVersion(client, name, push, options));
  if (push.alias !== undefined) {
    await client.call({
      method: "POST",
      path: `${api}/registered-models/alias`,
      body: { name, alias: push.alias, version: String(version) },
      isIdempotent: true,
      ...options,
    });
  }
  return { name, version, uri: `prompts:/${name}/${version}`, isNew: known === undefined };
}

/** The prompt, which is made when there is none. MlflowError for a name that is a model's or another prompt's. */
async function ensurePrompt(
  client: MlflowClient,
  name: string,
  push: PromptPush,
  options: CallOptions,
): Promise<void> {
  const { path } = push;
  const known =
    (await findPrompt(client, name, options)) ?? (await createPrompt(client, name, push, options));
  if (known === undefined) return;
  const found = tagsOf(known["tags"]);
  if (found[isPromptTag] !== "true") {
    throw new MlflowError(`${JSON.stringify(name)} is a registered model in MLflow, not a prompt`, {
      kind: "conflict",
      hint: "rename the prompt with `dao-opt registry move`",
    });
  }
  const owner = found[pathTag];
  if (owner !== undefined && owner !== path) {
    throw new MlflowError(
      `the MLflow prompt ${JSON.stringify(name)} is that of ${JSON.stringify(owner)}, and ${JSON.stringify(path)} has the same name there`,
      { kind: "conflict", hint: "rename one of the two with `dao-opt registry move`" },
    );
  }
  if (owner === undefined) {
    await client.call({
      method: "POST",
      path: `${api}/registered-models/set-tag`,
      body: { name, key: pathTag, value: path },
      isIdempotent: true,
      ...options,
    });
  }
}

/** Undefined when it was made; the prompt itself when somebody else, or an attempt whose answer was lost, had made it. */
async function createPrompt(
  client: MlflowClient,
  name: string,
  { path, tags = {} }: PromptPush,
  options: CallOptions,
): Promise<JsonObject | undefined> {
  // Scores and the like are of one version.
  const own = Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith(originTag)));
  try {
    await client.call({
      method: "POST",
      path: `${api}/registered-models/create`,
      body: { name, tags: tagList({ ...own, [isPromptTag]: "true", [pathTag]: path }) },
      ...options,
    });
    return undefined;
  } catch (error) {
    const isTaken = error instanceof MlflowError && (error.kind === "conflict" || error.isPassing);
    const known = isTaken ? await findPrompt(client, name, options) : undefined;
    if (known === undefined) throw error;
    return known;
  }
}

export async function findPrompt(
  client: MlflowClient,
  name: string,
  options: CallOptions,
): Promise<JsonObject | undefined> {
  try {
    const answer = await client.call({
      method: "GET",
      path: `${api}/registered-models/get`,
      query: { name },
      ...options,
    });
    return isJsonObject(answer["registered_model"]) ? answer["registered_model"] : undefined;
  } catch (error) {
    if (error instanceof MlflowError && error.kind === "not_found") return undefined;
    throw error;
  }
}

async function findPushed(
  client: MlflowClient,
  name: string,
  versionId: string,
  options: CallOptions,
): Promise<number | undefined> {
  const filter = `name = '${name}' AND tag.\`${isPromptTag}\` = 'true' AND tag.\`${versionIdTag}\` = '${versionId.replaceAll("'", "")}'`;
  const pages = readPages((token) =>
    client.call({
      method: "GET",
      path: `${api}/model-versions/search`,
      query: { filter, max_results: 100, page_token: token },
      ...options,
    }),
  );
  const numbers: number[] = [];
  for await (const page of pages) {
    for (const version of objectsOf(page["model_versions"])) {
      const isSame = version["name"] === name && tagsOf(version["tags"])[versionIdTag] === versionId;
      if (isSame) numbers.push(Number(version["version"]));
    }
  }
  return numbers.length === 0 ? undefined : Math.min(...numbers);
}

async function createVersion(
  client: MlflowClient,
  name: string,
  push: PromptPush,
  options: CallOptions,
): Promise<number> {
  try {
    const answer = await client.call({
      method: "POST",
      path: `${api}/model-versions/create`,
      body: {
        name,
        source: "dummy-source",
        ...(push.description === undefined ? {} : { description: push.description }),
        tags: tagList(versionTags(push)),
      },
      ...options,
    });
    return Number(isJsonObject(answer["model_version"]) ? answer["model_version"]["version"] : Number.NaN);
  } catch (error) {
    // The answer may be what was lost, and not the request.
    const isUnclear = error instanceof MlflowError && error.isPassing;
    const made = isUnclear ? await findPushed(client, name, push.versionId, options) : undefined;
    if (made === undefined) throw error;
    return made;
  }
}
