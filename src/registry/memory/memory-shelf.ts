import type { Deployment } from "../../contracts/registry.ts";
import { ConflictError, RegistryError } from "../../core/errors.ts";
import type { PromptDetails } from "../prompt-details.ts";
import { foldedName } from "../prompt-path.ts";
import { defaultSettings } from "../records/registry-yaml.ts";
import type { Desk, Filing, PromptRecord, Shelf, VersionRecord } from "../shelf.ts";

interface Kept {
  prompt: PromptRecord;
  readonly versions: Map<number, { record: VersionRecord; details: PromptDetails }>;
  readonly deployments: Deployment[];
}

/** Keeps everything in maps: the same registry with no disk. */
export function createMemoryShelf(): Shelf {
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
  const desk: Desk = {
    async file(filing) {
      refuseTwin(filing, prompts.keys());
      const { path, record, details, prompt, deployment } = structuredClone(filing);
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
    async saveSettings(next) {
      settings = structuredClone(next);
    },
  };
  return {
    async *prompts(folder) {
      for (const [path, { versions }] of prompts) {
        const isInside = folder === undefined || path.startsWith(`${folder}/`);
        if (isInside) yield { path, numbers: [...versions.keys()] };
      }
    },
    numbers: async (path) => [...(prompts.get(path)?.versions.keys() ?? [])],
    prompt: async (path) => structuredClone(prompts.get(path)?.prompt),
    version: async (path, number) => structuredClone(version(path, number).record),
    details: async (path, record) => structuredClone(version(path, record.version).details),
    deployments: async (path) => [...(prompts.get(path)?.deployments ?? [])],
    settings: async () => settings,
    write(work) {
      const turn = last.then(() => work(desk));
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

/** Refused here too, so that what was tried in memory can be put on any disk. */
function refuseTwin({ path, prompt }: Filing, paths: Iterable<string>): void {
  if (prompt === undefined) return;
  const heads = headsOf(path);
  for (const known of paths) {
    const twin = headsOf(known).find(
      (head, at) => head !== heads[at] && foldedName(head) === foldedName(heads[at] ?? ""),
    );
    if (twin === undefined) continue;
    throw new ConflictError(
      `prompt path "${path}" differs only by case from "${twin}", which is there already`,
      {
        hint: "use the same spelling, or another name",
      },
    );
  }
}

/** `a`, `a/b`, `a/b/c` for `a/b/c`. */
function headsOf(path: string): readonly string[] {
  return path.split("/").map((_, at, segments) => segments.slice(0, at + 1).join("/"));
}
