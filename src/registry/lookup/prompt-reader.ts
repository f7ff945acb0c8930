import { setTimeout as sleep } from "node:timers/promises";
import type { PromptReader, PromptSummary, PromptVersion } from "../../contracts/registry.ts";
import { NotFoundError, RegistryError } from "../../core/errors.ts";
import { checkedPath } from "../prompt-path.ts";
import type { PromptEntry, PromptRecord, RegistryStorage } from "../registry-storage.ts";
import {
  type FoundVersion,
  findById,
  findVersion,
  latestVersion,
  liveVersions,
  noPrompt,
  pathOfReference,
} from "./find-version.ts";
import { deployedVersions } from "./held-versions.ts";
import { parseReference, versionUri } from "./reference.ts";

const pausesMs = [5, 20, 60];

/**
 * Retries failed reads: a prompt that is being moved or deleted disappears file by file and would look
 * damaged. Persistent errors are rethrown after the last retry.
 */
export async function settledRead<T>(read: () => Promise<T>): Promise<T> {
  for (const pauseMs of pausesMs) {
    try {
      return await read();
    } catch (error) {
      const isPassing =
        error instanceof RegistryError || (error instanceof NotFoundError && error.kind === "version");
      if (!isPassing) throw error;
      await sleep(pauseMs);
    }
  }
  return read();
}

/**
 * The read operations of a registry over any storage. Without a selector a reference means the latest
 * version.
 */
export function createPromptReader(storage: RegistryStorage): PromptReader {
  const get: PromptReader["get"] = async (reference, options = {}) =>
    settledRead(async () =>
      readVersion(storage, await findVersion(storage, reference, options.defaultSelector ?? "latest")),
    );
  return {
    get,
    async find(reference, options) {
      try {
        return await get(reference, options);
      } catch (error) {
        if (error instanceof NotFoundError) return undefined;
        throw error;
      }
    },
    async list(filter = {}) {
      const folder = filter.folder?.replace(/\/+$/, "");
      const wanted = folder === undefined || folder === "" ? undefined : checkedPath(folder);
      const summaries: PromptSummary[] = [];
      const { offset = 0, limit = Number.POSITIVE_INFINITY } = filter;
      let passed = 0;
      if (limit < 1) return summaries;
      for await (const entry of storage.prompts(wanted)) {
        // For skipped prompts only check whether they count.
        const isPassedOver = passed < offset && filter.tag === undefined && filter.environment === undefined;
        try {
          if (isPassedOver) {
            passed += (await settledRead(() => hasVersion(storage, entry))) ? 1 : 0;
            continue;
          }
          const summary = await settledRead(() => summarize(storage, entry, filter));
          if (summary === undefined || summary.latest === 0) continue;
          passed += 1;
          if (passed > offset) summaries.push(summary);
        } catch (error) {
          if (!(error instanceof RegistryError) || filter.onDamaged === undefined) throw error;
          filter.onDamaged(entry.path, error);
        }
        if (summaries.length >= limit) break;
      }
      return summaries;
    },
    prompt: (reference) =>
      settledRead(async () => promptSummary(storage, await knownPrompt(storage, reference))),
    history: (path) =>
      settledRead(async () => {
        const { prompt, path: normal } = await knownPrompt(storage, path);
        const records = await liveVersions(storage, normal);
        const versions: PromptVersion[] = [];
        for (const record of records) {
          versions.push(await readVersion(storage, { path: normal, promptId: prompt.id, record }));
        }
        return versions;
      }),
    deployments: async (path) => storage.deployments((await knownPrompt(storage, path)).path),
    environments: async () => (await storage.settings()).environments.map(({ name }) => name),
  };
}

/** True if the prompt still has a version. */
async function hasVersion(storage: RegistryStorage, { path, numbers }: PromptEntry): Promise<boolean> {
  if ((await storage.prompt(path)) === undefined) return false;
  return (await latestVersion(storage, path, numbers)) !== undefined;
}

/** A version with details and current environments. */
export async function readVersion(storage: RegistryStorage, found: FoundVersion): Promise<PromptVersion> {
  const { path, promptId, record } = found;
  const { template, templateLanguage, model } = await storage.details(path, record);
  const deployed = deployedVersions(await storage.deployments(path));
  const { deletedAt: _, version, ...known } = record;
  return Object.freeze({
    path,
    promptId,
    version,
    ...known,
    uri: versionUri(path, version),
    template,
    templateLanguage,
    model,
    environments: [...deployed].filter(([, number]) => number === version).map(([name]) => name),
  });
}

export async function promptSummary(
  storage: RegistryStorage,
  { path, numbers }: KnownPrompt,
): Promise<PromptSummary> {
  const summary = await summarize(storage, { path, numbers });
  if (summary === undefined) throw await noPrompt(storage, path);
  return summary;
}

export interface KnownPrompt {
  readonly path: string;
  readonly prompt: PromptRecord;
  readonly numbers: readonly number[];
}

/** Finds a prompt by path or id, with or without `prompts:/`. Rejects with NotFoundError. */
export async function knownPrompt(storage: RegistryStorage, reference: string): Promise<KnownPrompt> {
  const { name } = parseReference(reference);
  const normal = (await findById(storage, name))?.path ?? (await pathOfReference(storage, reference));
  const prompt = await storage.prompt(normal);
  const numbers = await storage.numbers(normal);
  if (prompt === undefined || numbers.length === 0) throw await noPrompt(storage, normal);
  return { path: normal, prompt, numbers };
}

interface SummaryFilter {
  readonly environment?: string;
  readonly tag?: string;
}

/** A prompt without its versions; undefined if missing or filtered out. */
async function summarize(
  storage: RegistryStorage,
  { path, numbers }: PromptEntry,
  filter: SummaryFilter = {},
): Promise<PromptSummary | undefined> {
  const prompt = await storage.prompt(path);
  if (prompt === undefined || !hasTag(prompt.tags, filter.tag)) return undefined;
  const deployments = await storage.deployments(path);
  const deployed = deployedVersions(deployments);
  if (filter.environment !== undefined && !deployed.has(filter.environment)) return undefined;
  const latest = await latestVersion(storage, path, numbers);
  const score = latest?.origin.scores?.test?.optimized;
  const changes = [latest?.createdAt ?? prompt.createdAt, ...deployments.slice(-1).map(({ at }) => at)];
  return Object.freeze({
    path,
    promptId: prompt.id,
    latest: latest?.version ?? 0,
    environments: Object.fromEntries(deployed),
    createdAt: prompt.createdAt,
    updatedAt: changes.sort().at(-1) ?? prompt.createdAt,
    ...(score === undefined ? {} : { score }),
    ...(prompt.description === undefined ? {} : { description: prompt.description }),
    tags: prompt.tags,
    ...(prompt.readme === undefined ? {} : { readme: prompt.readme }),
  });
}

/** `team` matches any value, `team=growth` only that value. */
function hasTag(tags: Readonly<Record<string, string>>, wanted: string | undefined): boolean {
  if (wanted === undefined || Object.hasOwn(tags, wanted)) return true;
  const equals = wanted.indexOf("=");
  return equals > 0 && tags[wanted.slice(0, equals)] === wanted.slice(equals + 1);
}
