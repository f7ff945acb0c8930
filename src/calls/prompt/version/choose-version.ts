import type { Config } from "../../../config/config.ts";
import { matchModelEntry } from "../../../config/match-model.ts";
import type { PromptVersion } from "../../../contracts/registry.ts";
import { NotFoundError, UsageError } from "../../../core/errors.ts";
import { nearNames } from "../../../core/text/near-names.ts";
import { detailsDigest } from "../../../formats/prompt-file/normal-form.ts";
import { dottedPath, parseReference } from "../../../registry/lookup/reference.ts";
import type { PromptCallServices } from "../call-services.ts";
import type { PromptCallDetails, PromptCallRequest } from "../prompt-call.ts";

/** Whether the request selects a version, in which case details have no effect. */
export function namesVersion({ path, versionId, environment }: Selection): boolean {
  return (versionId ?? environment ?? (path === undefined ? undefined : selectorIn(path))) !== undefined;
}

/** The details of a call if they are used, as the version that they are or will become. */
export function detailsOfRequest(request: PromptCallRequest): CallDetails | undefined {
  const { prompt, path, id } = request;
  if (prompt === undefined || namesVersion(request)) return undefined;
  const details = detailsOf(prompt);
  return { ...details, digest: detailsDigest(details), path: path === undefined ? (id ?? "") : bare(path) };
}

/** What a call needs from a version before it is sent. */
export type CallDetails = Pick<
  PromptVersion,
  "path" | "template" | "templateLanguage" | "model" | "modelEntry" | "digest"
>;

function detailsOf({ template = "", templateLanguage = "default", model }: PromptCallDetails) {
  return { template, templateLanguage, model };
}

type Registry = PromptCallServices["registry"];
type Selection = Pick<PromptCallRequest, "path" | "id" | "versionId" | "environment" | "prompt">;

/**
 * The version of a call; new details are stored as a version. Rejects with UsageError if the request names no
 * prompt or two versions, with NotFoundError if the version does not exist, and with the registry's errors.
 */
export async function chooseVersion(
  registry: Registry,
  request: Selection,
  models: Config["models"] = {},
): Promise<PromptVersion> {
  const { path, id, versionId, environment, prompt } = request;
  const inPath = path === undefined ? undefined : selectorIn(path);
  checkSelectors({ ...request, inPath });
  if (versionId !== undefined) return checkedOwner(await registry.get(byVersion(request)), request);
  if (environment !== undefined) {
    await checkEnvironment(registry, environment);
    return checkedOwner(await registry.get(`${id ?? withoutSelector(path)}@${environment}`), request);
  }
  if (prompt !== undefined && inPath === undefined) return givenVersion(registry, prompt, request, models);
  return checkedOwner(await registry.get(path ?? id ?? "", { defaultSelector: "deployed" }), request);
}

function checkSelectors({
  path,
  id,
  versionId,
  environment,
  inPath,
}: Selection & { inPath: string | undefined }) {
  if (path === undefined && id === undefined && !isVersionId(versionId)) {
    throw new UsageError("the call names no prompt", { hint: "pass its path or its id" });
  }
  const selectors = [
    ...(inPath === undefined ? [] : [`the selector ${inPath} of the path`]),
    ...(versionId === undefined ? [] : [`version ${versionId}`]),
    ...(environment === undefined ? [] : [`environment ${environment}`]),
  ];
  if (selectors.length > 1) {
    throw new UsageError(`the call names two versions: ${selectors.join(" and ")}`, {
      hint: "use only one of them",
    });
  }
}

/** The version selector in a path: `@3`, `prv_…`; undefined if there is none. */
function selectorIn(path: string): string | undefined {
  const { name, selector } = parseReference(path);
  if (selector !== undefined) return `@${selector}`;
  return isVersionId(name) ? name : undefined;
}

function isVersionId(text: string | undefined): boolean {
  return text?.startsWith("prv_") === true && !text.includes("/");
}

function byVersion({ path, id, versionId = "" }: Selection): string {
  return isVersionId(versionId) ? versionId : `${id ?? withoutSelector(path)}@${versionId}`;
}

function bare(path = ""): string {
  return parseReference(path).name;
}

/** A URI stays one: its dots may stand for folders. */
function withoutSelector(path = ""): string {
  return path.startsWith("prompts:/") ? `prompts:/${bare(path)}` : bare(path);
}

/** An id and a path, or a version id with either, must refer to the same prompt. */
function checkedOwner(version: PromptVersion, { path, id, versionId }: Selection): PromptVersion {
  const name = path === undefined ? undefined : bare(path);
  const isPath = name !== undefined && !/^prv?_\w+$/.test(name);
  const names = [name, path === undefined ? undefined : dottedPath(path)];
  const isOther =
    (id !== undefined && id !== version.promptId) ||
    (isPath && !names.some((one) => one?.normalize("NFC") === version.path));
  if (!isOther) return version;
  const wanted = versionId ?? [id, path].filter((part) => part !== undefined).join(" and ");
  const asked = [id, isPath ? name : undefined].filter((part) => part !== undefined).join(" and ");
  throw new NotFoundError(versionId === undefined ? "prompt" : "version", wanted, [], {
    hint: `it belongs to ${version.path} (${version.promptId}), but the call names ${asked}`,
  });
}

/** Otherwise an unknown environment would be taken for the name of a version. */
async function checkEnvironment(registry: Registry, environment: string): Promise<void> {
  const known = await registry.environments();
  if (known.includes(environment)) return;
  throw new NotFoundError("environment", environment, nearNames(environment, known), {
    hint: `the environments are ${known.join(", ")}`,
  });
}

async function givenVersion(
  registry: Registry,
  prompt: PromptCallDetails,
  request: Selection,
  models: Config["models"],
) {
  const { path, id } = request;
  const known = id === undefined ? undefined : await registry.get(id, { defaultSelector: "latest" });
  if (known !== undefined) checkedOwner(known, request);
  const modelEntry = matchModelEntry(prompt.model, models);
  const { version } = await registry.upsert({
    path: known?.path ?? bare(path),
    ...detailsOf(prompt),
    ...(modelEntry === undefined ? {} : { modelEntry }),
  });
  return version;
}
