import type { PromptDraft, PromptRegistry } from "../../contracts/registry.ts";
import { canonicalJson } from "../../core/data/digest.ts";
import { RegistryError, UsageError } from "../../core/errors.ts";
import { detailsDigest } from "../../formats/prompt-file/normal-form.ts";
import {
  detailsSchema,
  detailsToJson,
  type PromptDetails,
  unknownConfigurationKeys,
} from "../../formats/prompt-file/prompt-details.ts";
import { jsonProblem, maxFileBytes } from "../../formats/yaml/parse-yaml.ts";
import { newPromptId, versionId } from "../ids.ts";
import { liveVersions } from "../lookup/find-version.ts";
import { readVersion } from "../lookup/prompt-reader.ts";
import { checkedPath } from "../prompt-path.ts";
import type {
  PromptRecord,
  RegistryClock,
  RegistryStorage,
  RegistryWriter,
  VersionRecord,
} from "../registry-storage.ts";
import { checkPromptName } from "./reserved-names.ts";
import { checkFreeName, checkOtherName } from "./version-changes.ts";

/** Nine digits, the limit of version file names. */
const maxVersion = 999_999_999;

type Upserted = Awaited<ReturnType<PromptRegistry["upsert"]>>;

/**
 * Registers a draft. Equal details return the existing version, which takes the draft's version name,
 * description and model entry if it has none. Rejects with ConflictError if another version has the name, or
 * this one has a different name.
 */
export async function upsertVersion(
  storage: RegistryStorage,
  draft: PromptDraft,
  clock: RegistryClock,
): Promise<Upserted> {
  const { path, details } = checkDraft(draft);
  const digest = detailsDigest(details);
  const unchanged = await equalVersion(storage, path, digest, draft);
  if (unchanged !== undefined) return { version: await readVersion(storage, unchanged), isNew: false };
  return storage.write(async (writer) => {
    const { environments } = await storage.settings();
    const names = environments.map(({ name }) => name);
    const known = await storage.prompt(path);
    if (known === undefined) checkPromptName(path, names);
    const records = known === undefined ? [] : await liveVersions(storage, path);
    if (draft.versionName !== undefined) checkFreeName(draft.versionName, names, records, digest, path);
    const prompt = promptRecord(known, draft, clock.now());
    const equal = records.find((record) => record.digest === digest);
    checkOtherName(equal, draft.versionName, path);
    if (known !== undefined && !isEqual(known, prompt)) await writer.savePrompt(path, prompt);
    const record =
      equal === undefined
        ? await fileVersion(storage, writer, { path, details }, draft, prompt, digest, names[0], clock)
        : await nameVersion(writer, path, equal, draft);
    const version = await readVersion(storage, { path, promptId: prompt.id, record });
    return { version, isNew: equal === undefined };
  });
}

/** The existing version if the draft changes nothing, so that nothing is written. */
async function equalVersion(storage: RegistryStorage, path: string, digest: string, draft: PromptDraft) {
  const prompt = await storage.prompt(path);
  if (prompt === undefined || !isEqual(prompt, promptRecord(prompt, draft, prompt.createdAt)))
    return undefined;
  const record = (await liveVersions(storage, path)).find((known) => known.digest === digest);
  if (record === undefined || !isEqual(record, named(record, draft))) return undefined;
  const isNameKept = draft.versionName === undefined || draft.versionName === record.versionName;
  return isNameKept ? { path, promptId: prompt.id, record } : undefined;
}

async function fileVersion(
  storage: RegistryStorage,
  writer: RegistryWriter,
  { path, details }: CheckedDraft,
  draft: PromptDraft,
  prompt: PromptRecord,
  digest: string,
  defaultEnvironment: string | undefined,
  clock: RegistryClock,
): Promise<VersionRecord> {
  const version = ((await storage.numbers(path)).at(-1) ?? 0) + 1;
  if (version > maxVersion) {
    throw new RegistryError(`${path} has version ${version - 1}, the highest possible number`, {
      hint: "run: dao-opt registry verify --repair",
    });
  }
  const by = draft.createdBy ?? clock.by;
  const record: VersionRecord = {
    version,
    versionId: versionId(prompt.id, digest),
    digest,
    ...(draft.versionName === undefined ? {} : { versionName: draft.versionName }),
    ...(draft.versionDescription === undefined ? {} : { versionDescription: draft.versionDescription }),
    createdAt: clock.now(),
    ...(by === undefined ? {} : { createdBy: by }),
    ...(draft.modelEntry === undefined ? {} : { modelEntry: draft.modelEntry }),
    origin: draft.origin ?? {},
  };
  const deployment =
    version > 1 || defaultEnvironment === undefined
      ? undefined
      : {
          ...{ at: record.createdAt, environment: defaultEnvironment, from: null, to: 1 },
          ...{ versionId: record.versionId, note: "first version" },
          ...(by === undefined ? {} : { by }),
        };
  await writer.file({
    path,
    record,
    details,
    ...(version > 1 ? {} : { prompt }),
    ...(deployment ? { deployment } : {}),
  });
  return record;
}

async function nameVersion(writer: RegistryWriter, path: string, record: VersionRecord, draft: PromptDraft) {
  const next = named(record, draft);
  if (!isEqual(record, next)) await writer.saveVersion(path, next);
  return next;
}

function named(record: VersionRecord, draft: PromptDraft): VersionRecord {
  const versionName = record.versionName ?? draft.versionName;
  const versionDescription = record.versionDescription ?? draft.versionDescription;
  const modelEntry = record.modelEntry ?? draft.modelEntry;
  return {
    ...record,
    ...(versionName === undefined ? {} : { versionName }),
    ...(versionDescription === undefined ? {} : { versionDescription }),
    ...(modelEntry === undefined ? {} : { modelEntry }),
  };
}

function promptRecord(known: PromptRecord | undefined, draft: PromptDraft, createdAt: string): PromptRecord {
  const description = draft.description ?? known?.description;
  const readme = draft.readme ?? known?.readme;
  const given = draft.tags ?? {};
  return {
    id: known?.id ?? newPromptId(),
    ...(description === undefined ? {} : { description }),
    tags: Object.keys(given).length > 0 ? given : (known?.tags ?? {}),
    ...(readme === undefined ? {} : { readme }),
    createdAt: known?.createdAt ?? createdAt,
  };
}

function isEqual(one: object, other: object): boolean {
  return canonicalJson(one) === canonicalJson(other);
}

/** A valid draft. */
interface CheckedDraft {
  readonly path: string;
  readonly details: PromptDetails;
}

/** Throws UsageError naming every problem of the draft. */
function checkDraft(draft: PromptDraft): CheckedDraft {
  const path = checkedPath(draft.path);
  const { template, templateLanguage, model } = draft;
  const details = { template, templateLanguage, model };
  const json = detailsToJson(details);
  const { path: _, template: __, model: ___, ...described } = draft;
  const unwritable = jsonProblem(json) ?? jsonProblem(described);
  const checked = detailsSchema.safeParse(json);
  const problems = [
    ...unknownConfigurationKeys(model).map((key) => `model.${key}: unknown key`),
    ...(unwritable === undefined ? [] : [unwritable]),
    ...(checked.error?.issues ?? []).map((issue) => `${issue.path.map(String).join(".")}: ${issue.message}`),
  ];
  const bytes = unwritable === undefined ? Buffer.byteLength(JSON.stringify(json)) : 0;
  if (bytes > maxFileBytes) problems.push(`the template is larger than ${maxFileBytes / 1e6} MB`);
  if (problems.length > 0) throw new UsageError(`cannot register ${path}: ${problems.join("; ")}`);
  return { path, details };
}
