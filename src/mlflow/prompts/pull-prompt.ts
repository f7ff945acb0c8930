import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import { NotFoundError } from "../../core/errors.ts";
import { nearNames } from "../../core/text/near-names.ts";
import type { MlflowClient } from "../mlflow-client.ts";
import { MlflowError } from "../mlflow-error.ts";
import { memberText, objectsOf, readPages, tagsOf } from "../read-pages.ts";
import { type MlflowPromptReference, parseMlflowPromptReference } from "./prompt-reference.ts";
import { decodePromptVersion, isPromptTag, type MlflowPromptVersion } from "./prompt-version.ts";
import { findPrompt } from "./push-prompt.ts";
import { pullFromUnityCatalog } from "./unity-catalog.ts";

const api = "/api/2.0/mlflow";

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * The version a reference names; the newest when it names none. A path of the registry is looked up by its name in
 * MLflow. NotFoundError with near names for a prompt, with the aliases for a version or alias.
 */
export async function pullPrompt(
  client: MlflowClient,
  reference: string | MlflowPromptReference,
  options: CallOptions = {},
): Promise<MlflowPromptVersion> {
  const wanted = typeof reference === "string" ? parseMlflowPromptReference(reference) : reference;
  // No name of MLflow holds a slash.
  const name = wanted.name.replaceAll("/", ".");
  const found =
    client.kind === "databricks"
      ? await pullFromUnityCatalog(client, name, wanted, options)
      : await findVersion(client, name, wanted, options);
  if (found !== undefined) return found;
  throw client.kind === "databricks"
    ? new NotFoundError("MLflow prompt", shownReference(name, wanted))
    : await notFound(client, name, wanted, options);
}

async function findVersion(
  client: MlflowClient,
  name: string,
  { version, alias = "latest" }: MlflowPromptReference,
  options: CallOptions,
): Promise<MlflowPromptVersion | undefined> {
  let answer: JsonObject;
  try {
    answer = await client.call(
      version === undefined
        ? { method: "GET", path: `${api}/registered-models/alias`, query: { name, alias }, ...options }
        : {
            method: "GET",
            path: `${api}/model-versions/get`,
            query: { name, version: String(version) },
            ...options,
          },
    );
  } catch (error) {
    // An unknown alias is an invalid parameter to the server, and not a thing that is missing.
    const isMissing =
      error instanceof MlflowError &&
      (error.kind === "not_found" || (error.kind === "rejected" && version === undefined));
    if (isMissing) return undefined;
    throw error;
  }
  const json = isJsonObject(answer["model_version"]) ? answer["model_version"] : {};
  const tags = tagsOf(json["tags"]);
  if (tags[isPromptTag] !== "true") {
    throw new MlflowError(`${JSON.stringify(name)} is a registered model in MLflow, not a prompt`, {
      kind: "rejected",
      hint: "name a prompt",
    });
  }
  return decodePromptVersion({
    name,
    version: json["version"],
    tags,
    description: json["description"],
    aliases: json["aliases"],
    createdMs: json["creation_timestamp"],
  });
}

async function notFound(
  client: MlflowClient,
  name: string,
  wanted: MlflowPromptReference,
  options: CallOptions,
): Promise<NotFoundError> {
  const prompt = await findPrompt(client, name, options);
  if (prompt !== undefined) {
    const aliases = objectsOf(prompt["aliases"]).map(
      (one) => `@${memberText(one["alias"])} (${String(one["version"])})`,
    );
    const hint = aliases.length === 0 ? "it has no aliases" : `it has the aliases ${aliases.join(", ")}`;
    return new NotFoundError("MLflow prompt version", shownReference(name, wanted), [], { hint });
  }
  const names: string[] = [];
  const pages = readPages((token) =>
    client.call({
      method: "GET",
      path: `${api}/registered-models/search`,
      query: { filter: `tags.\`${isPromptTag}\` = 'true'`, max_results: 1000, page_token: token },
      ...options,
    }),
  );
  for await (const page of pages) {
    names.push(...objectsOf(page["registered_models"]).flatMap((one) => memberText(one["name"]) ?? []));
  }
  return new NotFoundError("MLflow prompt", name, nearNames(name, names, 3));
}

function shownReference(name: string, { version, alias }: MlflowPromptReference): string {
  if (version !== undefined) return `prompts:/${name}/${version}`;
  return alias === undefined ? name : `prompts:/${name}@${alias}`;
}
