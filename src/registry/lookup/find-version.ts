import { NotFoundError } from "../../core/errors.ts";
import { nearNames } from "../../core/text/near-names.ts";
import { checkedPath, nameOf, pathProblems } from "../prompt-path.ts";
import type { RegistryStorage, VersionRecord } from "../registry-storage.ts";
import { deployedVersions } from "./held-versions.ts";
import { dottedPath, parseReference } from "./reference.ts";

type DefaultSelector = "latest" | "deployed";

/** A found version without its details. */
export interface FoundVersion {
  readonly path: string;
  readonly promptId: string;
  readonly record: VersionRecord;
}

/**
 * Finds the version of a reference. Rejects with NotFoundError, with similar prompt names or the existing
 * versions and environments.
 */
export async function findVersion(
  storage: RegistryStorage,
  reference: string,
  defaultSelector: DefaultSelector,
): Promise<FoundVersion> {
  const { name, selector } = parseReference(reference);
  const byId = await findById(storage, name);
  if (byId?.record !== undefined && selector === undefined) return { ...byId, record: byId.record };
  const path = byId?.path ?? (await pathOfReference(storage, reference));
  const prompt = await storage.prompt(path);
  const numbers = await storage.numbers(path);
  if (prompt === undefined || numbers.length === 0) throw await noPrompt(storage, path);
  const record = await select(storage, path, numbers, selector ?? defaultSelector, selector === undefined);
  return { path, promptId: prompt.id, record };
}

/** The path that a reference names: the exact one, else the folders that its dots stand for, if a prompt is there. */
export async function pathOfReference(
  storage: Pick<RegistryStorage, "numbers">,
  reference: string,
): Promise<string> {
  const path = checkedPath(parseReference(reference).name);
  const folders = dottedPath(reference);
  if (folders === undefined || pathProblems(folders).length > 0) return path;
  if ((await storage.numbers(path)).length > 0) return path;
  return (await storage.numbers(folders)).length > 0 ? folders : path;
}

/** The error for a missing prompt or version id, with similar names. */
export async function noPrompt(storage: RegistryStorage, path: string): Promise<NotFoundError> {
  const kind = /^prv_\w+$/.test(path) ? "version" : "prompt";
  // Ids have no similar names, and a search would read every folder.
  if (/^prv?_[0-9A-Za-z]{21}$/.test(path)) {
    return new NotFoundError(kind, path, [], { hint: "list the prompts with: dao-opt registry list" });
  }
  const paths: string[] = [];
  for await (const entry of storage.prompts()) paths.push(entry.path);
  const near = nearPaths(path, paths);
  if (near.length > 0) return new NotFoundError("prompt", path, near);
  const hint =
    paths.length === 0 ? "the registry has no prompts yet" : "list the prompts with: dao-opt registry list";
  return new NotFoundError(kind, path, [], { hint });
}

/** Similar paths, else paths with a similar last segment in any folder. */
function nearPaths(path: string, paths: readonly string[]): readonly string[] {
  const near = nearNames(path, paths, 3);
  if (near.length > 0) return near;
  const names = nearNames(nameOf(path), paths.map(nameOf), 3);
  return paths.filter((known) => names.includes(nameOf(known))).slice(0, 3);
}

/** The newest version that is not deleted; undefined if all are. */
export async function latestVersion(
  storage: RegistryStorage,
  path: string,
  numbers: readonly number[],
): Promise<VersionRecord | undefined> {
  for (const number of numbers.toReversed()) {
    const record = await storage.version(path, number);
    if (record.deletedAt === undefined) return record;
  }
  return undefined;
}

/** All versions that are not deleted, oldest first. */
export async function liveVersions(
  storage: RegistryStorage,
  path: string,
): Promise<readonly VersionRecord[]> {
  const records: VersionRecord[] = [];
  for (const number of await storage.numbers(path)) records.push(await storage.version(path, number));
  return records.filter(({ deletedAt }) => deletedAt === undefined);
}

async function select(
  storage: RegistryStorage,
  path: string,
  numbers: readonly number[],
  selector: number | string,
  isDefault: boolean,
): Promise<VersionRecord> {
  if (typeof selector === "number") return numbered(storage, path, numbers, selector);
  if (selector === "latest") {
    const latest = await latestVersion(storage, path, numbers);
    if (latest === undefined)
      throw new NotFoundError("version", `${path}@latest`, [], { hint: "all are deleted" });
    return latest;
  }
  const deployed = deployedVersions(await storage.deployments(path));
  const environments = (await storage.settings()).environments.map(({ name }) => name);
  const environment = isDefault ? (environments[0] ?? "production") : selector;
  const number = deployed.get(environment);
  if (number !== undefined) return numbered(storage, path, numbers, number);
  const hint = await whatThereIs(storage, path, [...deployed.keys()]);
  if (isDefault || environments.includes(environment)) {
    throw new NotFoundError("version", `${path}@${environment}`, [], {
      hint: `nothing is deployed to ${environment}; ${hint}`,
    });
  }
  const named = (await liveVersions(storage, path)).find(({ versionName }) => versionName === selector);
  if (named === undefined) throw new NotFoundError("version", `${path}@${selector}`, [], { hint });
  return named;
}

async function numbered(storage: RegistryStorage, path: string, numbers: readonly number[], version: number) {
  if (!numbers.includes(version)) {
    throw new NotFoundError("version", `${path}@${version}`, [], { hint: await whatThereIs(storage, path) });
  }
  const record = await storage.version(path, version);
  if (record.deletedAt === undefined) return record;
  const hint = `version ${version} was deleted at ${record.deletedAt}`;
  throw new NotFoundError("version", `${path}@${version}`, [], { hint });
}

/** Describes the existing choices: `it has versions 1, 2 (shorter-labels) and is deployed to production`. */
async function whatThereIs(
  storage: RegistryStorage,
  path: string,
  deployed?: readonly string[],
): Promise<string> {
  const versions = (await liveVersions(storage, path)).map(({ version, versionName }) =>
    versionName === undefined ? String(version) : `${version} (${versionName})`,
  );
  const shown = versions.length > 12 ? [...versions.slice(0, 3), "…", ...versions.slice(-8)] : versions;
  const has = versions.length === 0 ? "has no versions left" : `has the versions ${shown.join(", ")}`;
  if (deployed === undefined) return `${path} ${has}`;
  const where = deployed.length === 0 ? "no environment" : deployed.join(", ");
  return `${path} ${has}, and is deployed to ${where}`;
}

interface FoundId {
  readonly path: string;
  readonly promptId: string;
  /** Set for a version id. */
  readonly record?: VersionRecord;
}

/**
 * Finds a prompt (`pr_…`) or version (`prv_…`) by id; undefined if missing. A prompt whose path looks like an
 * id is found by its path.
 */
export async function findById(storage: RegistryStorage, id: string): Promise<FoundId | undefined> {
  if (!/^prv?_\w+$/.test(id) || (await storage.numbers(id)).length > 0) return undefined;
  for (const path of await storage.carriers(id)) {
    const found = await carriedBy(storage, path, id);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** True if the id belongs to the prompt or one of its existing versions. */
export async function carriedBy(
  storage: Pick<RegistryStorage, "prompt" | "numbers" | "version">,
  path: string,
  id: string,
): Promise<FoundId | undefined> {
  const prompt = await storage.prompt(path);
  if (prompt === undefined) return undefined;
  if (prompt.id === id) return { path, promptId: id };
  if (!id.startsWith("prv_")) return undefined;
  for (const number of await storage.numbers(path)) {
    const record = await storage.version(path, number);
    if (record.versionId === id && record.deletedAt === undefined)
      return { path, promptId: prompt.id, record };
  }
  return undefined;
}
