import type { Deployment, PromptArchive } from "../contracts/registry.ts";
import { ConflictError, RegistryError } from "../core/errors.ts";
import type { PromptDetails } from "../formats/prompt-file/prompt-details.ts";
import { createArchive } from "./create-archive.ts";
import { foldedName } from "./prompt-path.ts";
import { defaultSettings } from "./records/registry-yaml.ts";
import type {
  PromptRecord,
  RegistryOptions,
  RegistryStorage,
  RegistryWriter,
  VersionRecord,
} from "./registry-storage.ts";

/** Creates an in-memory registry with the same contract as one on disk. */
export function createMemoryRegistry(options: RegistryOptions = {}): PromptArchive {
  return createArchive(createMemoryStorage(), async () => ({ ok: true, damage: [], notes: [] }), options);
}

interface Kept {
  prompt: PromptRecord;
  readonly versions: Map<number, { record: VersionRecord; details?: PromptDetails }>;
  readonly deployments: Deployment[];
}

/** Registry storage in memory. */
export function createMemoryStorage(): RegistryStorage {
  const prompts = new Map<string, Kept>();
  let settings = defaultSettings();
  let last: Promise<unknown> = Promise.resolve();
  const kept = (path: string): Kept => {
    const found = prompts.get(path);
    if (found === undefined) throw new RegistryError(`no prompt at ${path}`);
    return found;
  };
  const version = (path: string, number: number) => {
    const found = kept(path).versions.get(number);
    if (found === undefined) throw new RegistryError(`no version ${number} at ${path}`);
    return found;
  };
  const writer: RegistryWriter = {
    async file(newVersion) {
      if (newVersion.prompt !== undefined) refuseTwin(newVersion.path, prompts.keys());
      const { path, record, details, prompt, deployment } = structuredClone(newVersion);
      if (settings.environments[0]?.createdAt === undefined) settings = defaultSettings(record.createdAt);
      if (prompt !== undefined) prompts.set(path, { prompt, versions: new Map(), deployments: [] });
      const place = kept(path);
      place.versions.set(record.version, { record, details });
      if (deployment !== undefined) place.deployments.push(deployment);
    },
    async savePrompt(path, record) {
      kept(path).prompt = structuredClone(record);
    },
    async saveVersion(path, record) {
      version(path, record.version).record = structuredClone(record);
    },
    async addDeployment(path, deployment) {
      kept(path).deployments.push(structuredClone(deployment));
    },
    async place(path, whole) {
      refuseTwin(path, prompts.keys());
      const { prompt, versions, deployments } = structuredClone(whole);
      const kept = versions.map((version) => [version.record.version, version] as const);
      prompts.set(path, { prompt, versions: new Map(kept), deployments: [...deployments] });
    },
    async move(path, to) {
      const moved = kept(path);
      refuseTwin(to, prompts.keys());
      prompts.delete(path);
      prompts.set(to, moved);
    },
    async remove(path) {
      prompts.delete(path);
    },
    async writeTombstone(path, tombstone) {
      kept(path).versions.set(tombstone.version, { record: structuredClone(tombstone) });
    },
    async saveSettings(next) {
      settings = structuredClone(next);
    },
  };
  return {
    async *prompts(folder) {
      const ordered = [...prompts.keys()].sort((one, other) => (one < other ? -1 : 1));
      for (const path of ordered) {
        const isInside = folder === undefined || path.startsWith(`${folder}/`);
        if (isInside) yield { path, numbers: [...(prompts.get(path)?.versions.keys() ?? [])] };
      }
    },
    carriers: async (id) =>
      [...prompts]
        .filter(
          ([, { prompt, versions }]) =>
            prompt.id === id || [...versions.values()].some(({ record }) => record.versionId === id),
        )
        .map(([path]) => path)
        .sort(),
    numbers: async (path) => [...(prompts.get(path)?.versions.keys() ?? [])],
    prompt: async (path) => structuredClone(prompts.get(path)?.prompt),
    version: async (path, number) => structuredClone(version(path, number).record),
    details: async (path, record) => {
      const { details } = version(path, record.version);
      if (details === undefined) throw new RegistryError(`version ${record.version} of ${path} is deleted`);
      return structuredClone(details);
    },
    deployments: async (path) => [...(prompts.get(path)?.deployments ?? [])],
    settings: async () => settings,
    write(work) {
      const turn = last.then(() => work(writer));
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

/** Refused in memory too, so that the result fits on any disk. */
function refuseTwin(path: string, paths: Iterable<string>): void {
  const heads = headsOf(path);
  for (const known of paths) {
    const twin = headsOf(known).find(
      (head, at) => head !== heads[at] && foldedName(head) === foldedName(heads[at] ?? ""),
    );
    if (twin === undefined) continue;
    throw new ConflictError(`prompt path "${path}" differs only by case from the existing "${twin}"`, {
      hint: "use the same spelling, or another name",
    });
  }
}

/** The prefixes of a path: `a`, `a/b`, `a/b/c`. */
function headsOf(path: string): readonly string[] {
  return path.split("/").map((_, at, segments) => segments.slice(0, at + 1).join("/"));
}
