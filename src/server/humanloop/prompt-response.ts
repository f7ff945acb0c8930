import type { Environment, PromptArchive, PromptSummary, PromptVersion } from "../../contracts/registry.ts";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import { templateToJson } from "../../core/prompt/template-json.ts";
import type { TemplateRenderer } from "../../core/template/template-renderer.ts";
import { normalForm } from "../../formats/prompt-file/normal-form.ts";
import { derivedId } from "./derived-id.ts";
import { monitorsOf, withoutMonitors } from "./evaluator-response.ts";
import { textsOfTags } from "./given-prompt.ts";
import type { LogCounts } from "./log-counts.ts";

/** Renders a prompt with one of its versions. */
export type PromptResponder = (version: PromptVersion) => Promise<PromptResponse>;

export type PromptResponse = ReturnType<typeof promptResponse>;

export function createPromptResponder(
  registry: Pick<PromptArchive, "prompt" | "history" | "environmentRecords">,
  counts: LogCounts,
  templates: Pick<TemplateRenderer, "variables">,
): PromptResponder {
  const variables = new WeakMap<PromptVersion, Promise<readonly string[]>>();
  const variablesOf = (version: PromptVersion): Promise<readonly string[]> => {
    const { template, templateLanguage } = version;
    // An invalid template has no variables here; calling it reports the error.
    const known = variables.get(version) ?? templates.variables(template, templateLanguage).catch(() => []);
    variables.set(version, known);
    return known;
  };
  const kept = new WeakMap<PromptVersion, Kept>();
  return async (version) => {
    const [summary, environments] = await Promise.all([
      registry.prompt(version.path),
      registry.environmentRecords(),
    ]);
    const logs = counts.of(version.versionId).count;
    const allLogs = counts.ofPrompt(version.path);
    const known = kept.get(version);
    const isSame = known?.summary === summary && known.environments === environments;
    if (isSame && known.logs === logs && known.allLogs === allLogs) return known.response;
    const response = isSame
      ? { ...known.response, ...countFields(version, counts) }
      : promptResponse(version, await variablesOf(version), summary, environments, counts);
    kept.set(version, { summary, environments, logs, allLogs, response });
    return response;
  };
}

/** Inputs of a cached response. The live registry returns the same objects while nothing changes. */
interface Kept {
  readonly summary: PromptSummary;
  readonly environments: readonly Environment[];
  readonly logs: number;
  readonly allLogs: number;
  readonly response: PromptResponse;
}

const texts = new WeakMap<object, string>();

/** Cached JSON of repeated responses. */
export function promptText(response: PromptResponse): string {
  const known = texts.get(response);
  if (known !== undefined) return known;
  const text = JSON.stringify(response);
  texts.set(response, text);
  return text;
}

function promptResponse(
  version: PromptVersion,
  variables: readonly string[],
  summary: PromptSummary,
  environments: readonly Environment[],
  counts: LogCounts,
) {
  const { path, promptId, versionId, template, createdAt, createdBy } = version;
  const { attributes = {}, ...details } = normalForm(version) as JsonObject & { attributes?: JsonObject };
  const { linked_tools: linked = [], ...others } = attributes;
  return {
    ...optionalNulls,
    ...details,
    attributes: others,
    linked_tools: linked,
    template: templateToJson(template) as string | JsonObject[],
    path,
    id: promptId,
    directory_id: directoryId(folderOf(path)),
    name: path.slice(path.lastIndexOf("/") + 1),
    version_id: versionId,
    type: "prompt" as const,
    model: version.model.model,
    version_name: version.versionName ?? null,
    version_description: version.versionDescription ?? null,
    description: summary.description ?? null,
    tags: [...textsOfTags(withoutMonitors(summary.tags))],
    readme: summary.readme ?? null,
    environments: environments
      .filter(({ name }) => version.environments.includes(name))
      .map((one) => environmentJson(one, summary)),
    created_at: createdAt,
    updated_at: summary.updatedAt,
    created_by: createdBy === undefined ? null : userJson(createdBy),
    ...countFields(version, counts),
    inputs: variables.map((name) => ({ name })),
    evaluators: [...monitorsOf(summary.tags, summary.createdAt)] as JsonValue[],
    evaluator_aggregates: [] as JsonValue[],
    version: version.version,
  };
}

function countFields({ versionId, path, createdAt }: PromptVersion, counts: LogCounts) {
  const own = counts.of(versionId);
  return {
    last_used_at: own.lastUsedAt ?? createdAt,
    version_logs_count: own.count,
    total_logs_count: counts.ofPrompt(path),
  };
}

/** Humanloop sends every field; fields without a default are null. */
const optionalNulls = { seed: null, response_format: null, reasoning_effort: null };

/** An unknown time is omitted; the client rejects null. */
export function environmentJson(
  { id, name, createdAt, isDefault }: Environment,
  { createdAt: fallback }: Pick<PromptSummary, "createdAt">,
) {
  return {
    id,
    created_at: createdAt ?? fallback,
    name,
    tag: isDefault ? ("default" as const) : ("other" as const),
  };
}

function userJson(name: string): JsonObject {
  return { id: derivedId("usr", name), email_address: name, full_name: name };
}

/** Derives the id of a folder from its path. */
export function directoryId(folder: string): string {
  return derivedId("dir", `directory\n${folder}`);
}

export function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash === -1 ? "" : path.slice(0, slash);
}
