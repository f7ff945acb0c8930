import type { Deployment } from "../../contracts/registry.ts";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import { templateFromJson } from "../../core/prompt/template-json.ts";
import { detailsDigest } from "../../formats/prompt-file/normal-form.ts";
import { configurationFromJson, type PromptDetails } from "../../formats/prompt-file/prompt-details.ts";
import { versionNameProblem } from "../changes/reserved-names.ts";
import { foldedName, pathProblems } from "../prompt-path.ts";
import { newEnvironment } from "../records/registry-yaml.ts";
import type { EnvironmentRecord, VersionRecord } from "../registry-storage.ts";
import type { HumanloopFiles, HumanloopPrompt, HumanloopVersion } from "./humanloop-files.ts";
import type { CarriedPrompt, RegistryDocument } from "./registry-document.ts";

/** An imported Humanloop export and what could not be imported. */
interface HumanloopDocument {
  readonly document: RegistryDocument;
  readonly notes: readonly string[];
}

/**
 * Converts a Humanloop export. Prompts, versions and environments keep their ids, so that code with ids keeps
 * working. Versions are numbered by creation time.
 */
export function humanloopDocument({ prompts, others }: HumanloopFiles): HumanloopDocument {
  const notes: string[] = [];
  const environments = environmentsOf(prompts);
  const names = environments.map(({ name }) => name);
  const carried = prompts.flatMap((prompt) => carry(prompt, names, notes) ?? []);
  const left = [...others].map(([type, count]) => `${count} of type ${type}`);
  if (left.length > 0) notes.push(`skipped files that are not prompts: ${left.join(", ")}`);
  return { document: { environments, prompts: carried }, notes };
}

/** The default environment first, then by name: the export has no order. */
function environmentsOf(prompts: readonly HumanloopPrompt[]): readonly EnvironmentRecord[] {
  const found = new Map<string, EnvironmentRecord & { readonly isDefault: boolean }>();
  const add = (id: string, name: string, tag: string | null | undefined, createdAt?: string | null) => {
    const known = found.get(name);
    const date = createdAt ?? known?.createdAt;
    const isDefault = tag === "default" || known?.isDefault === true;
    found.set(name, { id, name, ...(date === undefined ? {} : { createdAt: utc(date) }), isDefault });
  };
  for (const { versions, deployments } of prompts) {
    for (const one of deployments) add(one.environment_id, one.environment_name, one.environment_tag);
    for (const one of versions.flatMap((version) => version.environments ?? []))
      add(one.id, one.name, one.tag, one.created_at);
  }
  const all = [...found.values()].sort(
    (one, other) => Number(other.isDefault) - Number(one.isDefault) || (one.name < other.name ? -1 : 1),
  );
  const dated = all.map(({ isDefault: _, ...one }) => ({ createdAt: "1970-01-01T00:00:00.000Z", ...one }));
  if (all[0]?.isDefault === true) return dated;
  return [newEnvironment("production", "1970-01-01T00:00:00.000Z"), ...dated];
}

function carry(
  prompt: HumanloopPrompt,
  environments: readonly string[],
  notes: string[],
): CarriedPrompt | undefined {
  const { file, deployments } = prompt;
  const given = file.path ?? prompt.versions[0]?.path ?? file.id;
  const path = usablePath(given, environments);
  if (path !== given) notes.push(`${given} is imported as ${path}, because its name is not a valid path`);
  const kept = versionsOf(prompt, path, environments, notes);
  if (kept.length === 0) {
    notes.push(`${given} has no versions and is skipped`);
    return undefined;
  }
  const [first] = kept;
  const newest = prompt.versions.toSorted((one, other) => (one.created_at < other.created_at ? 1 : -1))[0];
  const description = file.description ?? newest?.description;
  const readme = file.readme ?? newest?.readme;
  const tags = file.tags ?? newest?.tags ?? [];
  return {
    path,
    prompt: {
      id: file.id,
      ...(description ? { description } : {}),
      tags: Object.fromEntries(tags.map((tag) => [tag, ""])),
      ...(readme ? { readme } : {}),
      createdAt: utc(file.created_at ?? first?.record.createdAt ?? ""),
    },
    versions: kept,
    deployments: deployments.flatMap((one): readonly Deployment[] => {
      const record = kept.find(({ record }) => record.versionId === one.version_id)?.record;
      if (record === undefined) {
        notes.push(`${path}: ${one.environment_name} has ${one.version_id}, which is not in the export`);
        return [];
      }
      const at = utc(file.updated_at ?? record.createdAt);
      const { version, versionId } = record;
      const environment = one.environment_name;
      return [{ at, environment, from: null, to: version, versionId, note: "imported from Humanloop" }];
    }),
  };
}

function versionsOf(
  { versions }: HumanloopPrompt,
  path: string,
  environments: readonly string[],
  notes: string[],
): readonly { readonly record: VersionRecord; readonly details: PromptDetails }[] {
  const byAge = versions
    .filter(({ status }) => status !== "deleted")
    .toSorted((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
  const kept: { readonly record: VersionRecord; readonly details: PromptDetails }[] = [];
  for (const version of byAge) {
    const details = detailsOf(version);
    const digest = detailsDigest(details);
    const twin = kept.find(({ record }) => record.digest === digest)?.record;
    if (twin !== undefined) {
      notes.push(`${path}: ${version.version_id} has the details of ${twin.versionId} and is skipped`);
      continue;
    }
    const name = version.version_name ?? undefined;
    const isUsable =
      name !== undefined &&
      versionNameProblem(name, environments) === undefined &&
      !kept.some(({ record }) => record.versionName === name);
    if (name !== undefined && !isUsable)
      notes.push(`${path}: the version name ${JSON.stringify(name)} is not valid here and is dropped`);
    const description = version.version_description ?? version.commit_message;
    const by = version.created_by?.email_address ?? version.created_by?.full_name;
    const record: VersionRecord = {
      version: kept.length + 1,
      versionId: version.version_id,
      digest,
      createdAt: utc(version.created_at),
      ...(isUsable ? { versionName: name } : {}),
      ...(description ? { versionDescription: description } : {}),
      ...(by ? { createdBy: by } : {}),
      origin: {},
    };
    kept.push({ record, details });
  }
  return kept;
}

/** Linked tools are part of the identity and are stored in `attributes`. */
function detailsOf(version: HumanloopVersion): PromptDetails {
  const { template, template_language, linked_tools, attributes, model } = version;
  const linked = linked_tools ?? [];
  const extended: JsonObject = {
    ...((attributes ?? {}) as JsonObject),
    ...(linked.length === 0 ? {} : { linked_tools: linked as readonly JsonValue[] }),
  };
  const configuration = configurationFromJson({
    ...version,
    attributes: Object.keys(extended).length === 0 ? null : extended,
  });
  return {
    template: templateFromJson((template ?? "") as string | readonly JsonObject[]),
    templateLanguage: template_language ?? "default",
    model: { ...configuration, model },
  };
}

function orderOf({ created_at, version_id }: HumanloopVersion): string {
  return `${utc(created_at)} ${version_id}`;
}

/** A time without a zone is UTC; an invalid one is kept. */
function utc(text: string): string {
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`;
  const time = new Date(zoned);
  return Number.isNaN(time.getTime()) ? text : time.toISOString();
}

/** The closest valid path, or the same path if valid. */
function usablePath(given: string, environments: readonly string[]): string {
  const segments = given
    .normalize("NFKC")
    .split("/")
    .map(usableSegment)
    .filter((segment) => segment !== "");
  const name = segments.at(-1) ?? "";
  const isSelector =
    /^\p{Nd}+$/u.test(name) ||
    [...environments, "latest"].some((reserved) => foldedName(reserved) === foldedName(name));
  const last = isSelector || name === "" ? `${name}-prompt`.replace(/^-/, "") : name;
  return [...segments.slice(0, -1), last].join("/");
}

function usableSegment(segment: string): string {
  const plain = segment
    .replace(/[^\p{L}\p{M}\p{Nd} _.-]/gu, "-")
    .replace(/\.{2,}/g, ".")
    .replace(/^[. ]+|[. ]+$/g, "");
  return plain === "" || pathProblems(plain).length === 0 ? plain : `${plain}-prompt`;
}
