import type { RegistryStorage, VersionRecord } from "../registry-storage.ts";

interface FoundId {
  readonly path: string;
  readonly promptId: string;
  /** Set when the id is a version's. */
  readonly record?: VersionRecord;
}

/**
 * The prompt (`pr_…`) or version (`prv_…`) that carries an id. A prompt whose path looks like an id is
 * found by its path. Undefined when nothing carries it.
 */
export async function findById(storage: RegistryStorage, id: string): Promise<FoundId | undefined> {
  if (!/^prv?_\w+$/.test(id) || (await storage.numbers(id)).length > 0) return undefined;
  for (const path of await storage.carriers(id)) {
    const found = await carriedBy(storage, path, id);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Does a prompt carry an id, as its own or as that of a version which is not deleted? */
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
