import type { Deployment } from "../../contracts/registry.ts";
import { canonicalJson } from "../../core/data/digest.ts";
import { foldedName } from "../prompt-path.ts";
import type { EnvironmentRecord, RegistryStorage, VersionRecord, WholePrompt } from "../registry-storage.ts";
import { type CarriedPrompt, documentProblems, type RegistryDocument } from "./registry-document.ts";

/** The plan of an import, made before anything is written. */
export interface ImportPlan {
  /** The resulting environments; undefined if unchanged. */
  readonly environments?: readonly EnvironmentRecord[];
  readonly added: readonly CarriedPrompt[];
  /** Existing prompts with new versions or deployments. */
  readonly extended: readonly {
    readonly path: string;
    readonly versions: WholePrompt["versions"];
    readonly deployments: readonly Deployment[];
  }[];
  readonly unchanged: readonly string[];
  /** Conflicts that prevent the import. */
  readonly conflicts: readonly string[];
  /** Differences resolved in favor of this registry. */
  readonly notes: readonly string[];
}

/**
 * Plans the import of a document. Prompts match by id: an existing one gets the later versions if the common
 * ones are equal.
 */
export async function planImport(storage: RegistryStorage, document: RegistryDocument): Promise<ImportPlan> {
  const { environments: known } = await storage.settings();
  const notes: string[] = [];
  const environments = mergedEnvironments(known, document.environments, notes);
  const names = environments.map(({ name }) => name);
  const conflicts = [...documentProblems(document, names)];
  const there = new Map<string, string>();
  const paths: string[] = [];
  for await (const { path } of storage.prompts()) {
    paths.push(path);
    const id = (await storage.prompt(path))?.id;
    if (id !== undefined) there.set(id, path);
  }
  const twins = twinsAmong([...paths, ...document.prompts.map(({ path }) => path)]);
  conflicts.push(...twins.map(([one, other]) => `${other} differs only by case from ${one}`));
  const added: CarriedPrompt[] = [];
  const extended: ImportPlan["extended"][number][] = [];
  const unchanged: string[] = [];
  for (const carried of document.prompts) {
    const path = there.get(carried.prompt.id);
    if (path === undefined) {
      if (paths.includes(carried.path))
        conflicts.push(`there is another prompt at ${carried.path} with a different id`);
      else added.push(carried);
      continue;
    }
    if (path !== carried.path) notes.push(`${carried.path} is at ${path} here and stays there`);
    const more = await comparePrompt(storage, path, carried, conflicts, notes);
    if (more.versions.length + more.deployments.length === 0) unchanged.push(path);
    else extended.push({ path, ...more });
  }
  const isNew = environments.length > known.length || known.some(({ createdAt }) => createdAt === undefined);
  return { ...(isNew ? { environments } : {}), added, extended, unchanged, conflicts, notes };
}

/** The default environment of an unwritten registry is not a user's choice. */
function mergedEnvironments(
  known: readonly EnvironmentRecord[],
  carried: readonly EnvironmentRecord[],
  notes: string[],
): readonly EnvironmentRecord[] {
  const isUnwritten = known.length === 1 && known[0]?.createdAt === undefined;
  if (isUnwritten) return carried;
  const names = known.map(({ name }) => name);
  for (const { name, id } of carried) {
    const twin = known.find((one) => one.name === name);
    if (twin !== undefined && twin.id !== id) notes.push(`the environment ${name} keeps its id ${twin.id}`);
  }
  return [...known, ...carried.filter(({ name }) => !names.includes(name))];
}

async function comparePrompt(
  storage: RegistryStorage,
  path: string,
  carried: CarriedPrompt,
  conflicts: string[],
  notes: string[],
) {
  const numbers = await storage.numbers(path);
  const records: VersionRecord[] = [];
  for (const number of numbers) records.push(await storage.version(path, number));
  for (const record of records) {
    const other = carried.versions.find((version) => version.record.version === record.version)?.record;
    if (other === undefined) continue;
    if (other.digest !== record.digest || other.versionId !== record.versionId) {
      conflicts.push(`version ${record.version} of ${path} differs from the file`);
    } else if (canonicalJson(record) !== canonicalJson(other)) {
      notes.push(`version ${record.version} of ${path} stays as it is here: ${differing(record, other)}`);
    }
  }
  const last = numbers.at(-1) ?? 0;
  const versions = carried.versions.filter(({ record }) => record.version > last);
  const live = records.filter(({ deletedAt }) => deletedAt === undefined);
  for (const { record } of versions) {
    const name = live.find(
      ({ versionName }) => versionName !== undefined && versionName === record.versionName,
    );
    if (name !== undefined)
      conflicts.push(`version ${record.version} of ${path} has the name of version ${name.version} here`);
    const equal = live.find(({ digest }) => digest === record.digest);
    if (equal !== undefined && record.deletedAt === undefined)
      conflicts.push(`version ${record.version} of ${path} is version ${equal.version} here`);
  }
  return { versions, deployments: await newDeployments(storage, path, carried, records, notes) };
}

/** Appends deployments if the file continues the local history; keeps the local one if they diverged. */
async function newDeployments(
  storage: RegistryStorage,
  path: string,
  carried: CarriedPrompt,
  records: readonly VersionRecord[],
  notes: string[],
): Promise<readonly Deployment[]> {
  const known = await storage.deployments(path);
  const shared = Math.min(known.length, carried.deployments.length);
  const isFork = known
    .slice(0, shared)
    .some((deployment, at) => canonicalJson(deployment) !== canonicalJson(carried.deployments[at] ?? null));
  if (isFork) {
    notes.push(`the environments of ${path} stay as they are here: the histories differ`);
    return [];
  }
  const tombstones = new Set(
    records.filter(({ deletedAt }) => deletedAt !== undefined).map((one) => one.version),
  );
  const more = carried.deployments.slice(shared);
  if (!more.some(({ to }) => to !== null && tombstones.has(to))) return more;
  notes.push(`the environments of ${path} stay as they are here: the file deploys a version deleted here`);
  return [];
}

function differing(one: VersionRecord, other: VersionRecord): string {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])] as (keyof VersionRecord)[];
  const differ = keys.filter((key) => canonicalJson(one[key] ?? null) !== canonicalJson(other[key] ?? null));
  return `the file has another ${differ.join(", ")}`;
}

/** Pairs of paths that some file systems treat as the same, each folder once. */
function twinsAmong(paths: readonly string[]): readonly (readonly [string, string])[] {
  const spellings = new Map<string, string>();
  const twins = new Map<string, readonly [string, string]>();
  for (const path of paths) {
    const segments = path.split("/");
    for (const at of segments.keys()) {
      const head = segments.slice(0, at + 1).join("/");
      const folded = foldedName(head);
      const known = spellings.get(folded);
      if (known === undefined) spellings.set(folded, head);
      else if (known !== head) twins.set(folded, [known, head]);
    }
  }
  return [...twins.values()];
}
