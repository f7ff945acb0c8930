import type { JsonObject } from "../../core/data/json.ts";
import { UsageError } from "../../core/errors.ts";
import type { MlflowClient, MlflowRequest } from "../mlflow-client.ts";
import { MlflowError } from "../mlflow-error.ts";
import { memberText, objectsOf, readPages, tagList, tagsOf } from "../read-pages.ts";
import { pathTag, ucTagKey, versionIdTag } from "./prompt-name.ts";
import type { MlflowPromptReference } from "./prompt-reference.ts";
import {
  decodePromptVersion,
  type MlflowPromptVersion,
  type PromptPush,
  type PushedPrompt,
  ucVersionTags,
} from "./prompt-version.ts";

// Not tested against Databricks: the paths and fields are those of MLflow's Python client 3.17.

const api = "/api/2.0/mlflow/unity-catalog/prompts";

/** For the user of these paths. */
export const untestedNote = "prompts in Unity Catalog are not tested against Databricks";

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** As `pushPrompt`, into Unity Catalog. Not tested against Databricks. */
export async function pushToUnityCatalog(
  client: MlflowClient,
  name: string,
  push: PromptPush,
  options: CallOptions,
): Promise<PushedPrompt> {
  checkThreeParts(name);
  const known = await findPushed(client, name, push.versionId, options);
  const version = known ?? (await createVersion(client, name, push, options));
  if (push.alias !== undefined) {
    await client.call({
      method: "POST",
      path: `${pathOf(name)}/aliases/${encodeURIComponent(push.alias)}`,
      body: { name, alias: push.alias, version: String(version) },
      isIdempotent: true,
      ...options,
    });
  }
  return { name, version, uri: `prompts:/${name}/${version}`, isNew: known === undefined };
}

/** As `pullPrompt`, from Unity Catalog; undefined when there is none. Not tested against Databricks. */
export async function pullFromUnityCatalog(
  client: MlflowClient,
  name: string,
  { version, alias }: MlflowPromptReference,
  options: CallOptions,
): Promise<MlflowPromptVersion | undefined> {
  checkThreeParts(name);
  if (version === undefined && (alias === undefined || alias.toLowerCase() === "latest")) {
    const all = await versionsOf(client, name, options);
    const [newest] = [...all].sort((one, other) => Number(other["version"]) - Number(one["version"]));
    return newest === undefined ? undefined : decode(name, newest);
  }
  const place = version === undefined ? `by-alias/${encodeURIComponent(alias ?? "")}` : String(version);
  const found = await found404(client, {
    method: "GET",
    path: `${pathOf(name)}/versions/${place}`,
    ...options,
  });
  return found === undefined ? undefined : decode(name, found);
}

async function createVersion(
  client: MlflowClient,
  name: string,
  push: PromptPush,
  options: CallOptions,
): Promise<number> {
  const { description, template, path } = push;
  const described = description === undefined ? {} : { description };
  try {
    await client.call({
      method: "POST",
      path: api,
      body: { name, prompt: { name, ...described, tags: tagList({ [ucTagKey(pathTag)]: path }) } },
      ...options,
    });
  } catch (error) {
    if (!(error instanceof MlflowError && error.kind === "conflict")) throw error;
  }
  const made = await client.call({
    method: "POST",
    path: `${pathOf(name)}/versions`,
    body: {
      name,
      prompt_version: {
        name,
        template: JSON.stringify(template),
        ...described,
        tags: tagList(ucVersionTags(push)),
      },
    },
    ...options,
  });
  return Number(made["version"]);
}

async function findPushed(
  client: MlflowClient,
  name: string,
  versionId: string,
  options: CallOptions,
): Promise<number | undefined> {
  const all = await versionsOf(client, name, options);
  const same = all.filter((one) => tagsOf(one["tags"])[ucTagKey(versionIdTag)] === versionId);
  return same.length === 0 ? undefined : Math.min(...same.map((one) => Number(one["version"])));
}

async function versionsOf(
  client: MlflowClient,
  name: string,
  options: CallOptions,
): Promise<readonly JsonObject[]> {
  const pages = readPages(
    async (token) =>
      (await found404(client, {
        method: "POST",
        path: `${pathOf(name)}/versions/search`,
        body: { name, max_results: 100, ...(token === undefined ? {} : { page_token: token }) },
        isIdempotent: true,
        ...options,
      })) ?? {},
  );
  const versions: JsonObject[] = [];
  for await (const page of pages) versions.push(...objectsOf(page["prompt_versions"]));
  return versions;
}

async function found404(client: MlflowClient, request: MlflowRequest): Promise<JsonObject | undefined> {
  try {
    return await client.call(request);
  } catch (error) {
    if (error instanceof MlflowError && error.kind === "not_found") return undefined;
    throw error;
  }
}

function decode(name: string, json: JsonObject): MlflowPromptVersion {
  const tags = tagsOf(json["tags"]);
  const packed = memberText(json["template"]) ?? "";
  return decodePromptVersion({
    name,
    version: json["version"],
    text: unquoted(packed),
    tags,
    description: json["description"],
    aliases: json["aliases"],
    createdMs: Date.parse(String(json["creation_timestamp"])) || json["creation_timestamp"],
  });
}

/** The template is JSON: a text in quotes, or the list of messages itself. */
function unquoted(packed: string): string {
  if (!packed.startsWith('"')) return packed;
  try {
    return String(JSON.parse(packed));
  } catch {
    return packed;
  }
}

function checkThreeParts(name: string): void {
  if (/^[^.]+\.[^.]+\.[^.]+$/.test(name)) return;
  throw new UsageError(
    `Unity Catalog takes prompts of catalog.schema.name, and this one is ${JSON.stringify(name)}`,
    {
      hint: "give the prompt a path of three parts, such as main/default/classifier",
    },
  );
}

function pathOf(name: string): string {
  return `${api}/${encodeURIComponent(name)}`;
}
