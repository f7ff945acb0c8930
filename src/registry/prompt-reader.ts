import type { PromptReader, PromptSummary, PromptVersion } from "../contracts/registry.ts";
import { NotFoundError } from "../core/errors.ts";
import { type FoundVersion, findVersion, latestVersion, liveVersions, noPrompt } from "./find-version.ts";
import { deployedVersions } from "./held-versions.ts";
import { checkedPath } from "./prompt-path.ts";
import { parseReference, versionUri } from "./reference.ts";
import type { PromptEntry, Shelf } from "./shelf.ts";

/** The reading half of a registry, over any shelf. Without a selector a reference means the latest version. */
export function createPromptReader(shelf: Shelf): PromptReader {
  const get: PromptReader["get"] = async (reference, options = {}) =>
    readVersion(shelf, await findVersion(shelf, reference, options.defaultSelector ?? "latest"));
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
      for await (const entry of shelf.prompts(wanted)) {
        const summary = await summarize(shelf, entry, filter);
        if (summary !== undefined) summaries.push(summary);
      }
      return summaries.sort((one, other) => (one.path < other.path ? -1 : 1));
    },
    async history(path) {
      const { prompt, path: normal } = await knownPrompt(shelf, path);
      const records = await liveVersions(shelf, normal);
      const versions: PromptVersion[] = [];
      for (const record of records) {
        versions.push(await readVersion(shelf, { path: normal, promptId: prompt.id, record }));
      }
      return versions;
    },
    deployments: async (path) => shelf.deployments((await knownPrompt(shelf, path)).path),
    environments: async () => (await shelf.settings()).environments.map(({ name }) => name),
  };
}

/** A version with its details, and the environments it is deployed to now. */
export async function readVersion(shelf: Shelf, found: FoundVersion): Promise<PromptVersion> {
  const { path, promptId, record } = found;
  const { template, templateLanguage, model } = await shelf.details(path, record);
  const deployed = deployedVersions(await shelf.deployments(path));
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

/** A prompt by its path, `prompts:/` in front or not. Rejects with NotFoundError. */
export async function knownPrompt(shelf: Shelf, path: string) {
  const normal = checkedPath(parseReference(path).name);
  const prompt = await shelf.prompt(normal);
  const numbers = await shelf.numbers(normal);
  if (prompt === undefined || numbers.length === 0) throw await noPrompt(shelf, normal);
  return { path: normal, prompt, numbers };
}

async function summarize(
  shelf: Shelf,
  { path, numbers }: PromptEntry,
  filter: { readonly environment?: string; readonly tag?: string },
): Promise<PromptSummary | undefined> {
  const prompt = await shelf.prompt(path);
  if (prompt === undefined || !hasTag(prompt.tags, filter.tag)) return undefined;
  const deployments = await shelf.deployments(path);
  const deployed = deployedVersions(deployments);
  if (filter.environment !== undefined && !deployed.has(filter.environment)) return undefined;
  const latest = await latestVersion(shelf, path, numbers);
  if (latest === undefined) return undefined;
  const score = latest.origin.scores?.test?.optimized;
  const changes = [latest.createdAt, ...deployments.slice(-1).map(({ at }) => at)].sort();
  return Object.freeze({
    path,
    promptId: prompt.id,
    latest: latest.version,
    environments: Object.fromEntries(deployed),
    updatedAt: changes.at(-1) ?? latest.createdAt,
    ...(score === undefined ? {} : { score }),
    ...(prompt.description === undefined ? {} : { description: prompt.description }),
    tags: prompt.tags,
  });
}

/** `team` is any tag of that name, `team=growth` one with that value. */
function hasTag(tags: Readonly<Record<string, string>>, wanted: string | undefined): boolean {
  if (wanted === undefined || Object.hasOwn(tags, wanted)) return true;
  const equals = wanted.indexOf("=");
  return equals > 0 && tags[wanted.slice(0, equals)] === wanted.slice(equals + 1);
}
