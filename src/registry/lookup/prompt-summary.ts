import type { PromptSummary } from "../../contracts/registry.ts";
import type { PromptEntry, RegistryStorage } from "../registry-storage.ts";
import { latestVersion } from "./find-version.ts";
import { deployedVersions } from "./held-versions.ts";

export interface SummaryFilter {
  readonly environment?: string;
  readonly tag?: string;
}

/** A prompt without its versions; undefined when it is not there, or not wanted. */
export async function summarize(
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

/** `team` is any tag of that name, `team=growth` one with that value. */
function hasTag(tags: Readonly<Record<string, string>>, wanted: string | undefined): boolean {
  if (wanted === undefined || Object.hasOwn(tags, wanted)) return true;
  const equals = wanted.indexOf("=");
  return equals > 0 && tags[wanted.slice(0, equals)] === wanted.slice(equals + 1);
}
