import type { PromptArchive } from "../contracts/registry.ts";
import type { RegistryError } from "../core/errors.ts";

// Changes by other processes are visible within a second.
const defaultTtlMs = 500;
const mostKept = 10_000;

const maxShown = 1000;

interface LiveOptions {
  readonly ttlMs?: number;
  readonly log?: (line: string) => void;
}

type Read =
  | "get"
  | "find"
  | "prompt"
  | "list"
  | "history"
  | "deployments"
  | "environments"
  | "environmentRecords";

/**
 * Caches registry reads for half a second: a prompt requested a thousand times per second is read twice. Own
 * writes are visible at once; concurrent equal reads are shared.
 */
export function createLiveRegistry(
  given: PromptArchive,
  clock: { monotonicMs(): number },
  { ttlMs = defaultTtlMs, log = () => undefined }: LiveOptions = {},
): PromptArchive {
  const reported = new Set<string>();
  /** Skips damaged prompts and logs each once. */
  const onDamaged = (path: string, { message }: RegistryError): void => {
    if (reported.has(message) || reported.size >= maxShown) return;
    reported.add(message);
    log(`${path} is omitted from lists: ${message}`);
  };
  const archive: PromptArchive = { ...given, list: (filter) => given.list({ onDamaged, ...filter }) };
  const kept = new Map<string, { readonly until: number; readonly value: Promise<unknown> }>();
  const read = <Name extends Read>(name: Name): PromptArchive[Name] => {
    const ask = archive[name] as (...args: unknown[]) => Promise<unknown>;
    const asked = (...args: unknown[]): Promise<unknown> => {
      const key = JSON.stringify([name, args]);
      const now = clock.monotonicMs();
      const known = kept.get(key);
      if (known !== undefined && known.until > now) return known.value;
      const value = ask(...args);
      const entry = { until: now + ttlMs, value };
      kept.delete(key);
      kept.set(key, entry);
      // Do not cache failures.
      value.catch(() => {
        if (kept.get(key) === entry) kept.delete(key);
      });
      for (const oldest of kept.keys()) {
        if (kept.size <= mostKept) break;
        kept.delete(oldest);
      }
      return value;
    };
    return asked as PromptArchive[Name];
  };
  /** Drop reads that started before or during a write. */
  const write = <Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) => {
    return async (...args: Args): Promise<Result> => {
      try {
        return await work(...args);
      } finally {
        kept.clear();
      }
    };
  };
  return Object.freeze({
    ...archive,
    get: read("get"),
    find: read("find"),
    prompt: read("prompt"),
    list: read("list"),
    history: read("history"),
    deployments: read("deployments"),
    environments: read("environments"),
    environmentRecords: read("environmentRecords"),
    upsert: write(archive.upsert),
    deploy: write(archive.deploy),
    rollback: write(archive.rollback),
    verify: write(archive.verify),
    move: write(archive.move),
    describePrompt: write(archive.describePrompt),
    describeVersion: write(archive.describeVersion),
    deleteVersion: write(archive.deleteVersion),
    deletePrompt: write(archive.deletePrompt),
    undeploy: write(archive.undeploy),
    addEnvironment: write(archive.addEnvironment),
  });
}
