import type { PromptArchive, PromptSummary } from "../../contracts/registry.ts";
import { ConflictError, NotFoundError, UsageError } from "../../core/errors.ts";
import { checkedPath } from "../../registry/prompt-path.ts";
import { directoryId, folderOf } from "./prompt-response.ts";

/** A folder of prompts; "" is the root. */
export interface Directory {
  readonly path: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The folders of a registry. */
export interface Directories {
  /** Sorted by path. */
  list(): Promise<readonly Directory[]>;
  /** Finds a folder by id or path. Rejects with NotFoundError. */
  get(reference: string): Promise<Directory>;
  /** Rejects with UsageError for an invalid path. */
  create(path: string): Promise<Directory>;
  /**
   * Moves a folder with all its prompts. Rejects with ConflictError if the target exists or is inside the
   * folder.
   */
  move(reference: string, path: string): Promise<Directory>;
  /** Rejects with ConflictError if the folder is not empty. */
  remove(reference: string): Promise<void>;
}

/**
 * Like git, the registry stores no empty folders: a created folder without prompts exists only until the
 * server stops.
 */
export function createDirectories(
  registry: Pick<PromptArchive, "list" | "move">,
  now: () => Date,
): Directories {
  const empty = new Map<string, string>();

  async function list(): Promise<readonly Directory[]> {
    const found = new Map<string, Directory>();
    const note = (path: string, createdAt: string, updatedAt: string) => {
      for (const at of withParents(path)) {
        const known = found.get(at);
        found.set(at, {
          path: at,
          createdAt: known !== undefined && known.createdAt < createdAt ? known.createdAt : createdAt,
          updatedAt: known !== undefined && known.updatedAt > updatedAt ? known.updatedAt : updatedAt,
        });
      }
    };
    for (const [path, at] of empty) note(path, at, at);
    for (const { path, createdAt, updatedAt } of await registry.list())
      note(folderOf(path), createdAt, updatedAt);
    if (found.size === 0) note("", now().toISOString(), now().toISOString());
    return [...found.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
  }

  async function get(reference: string): Promise<Directory> {
    const all = await list();
    const found = all.find(({ path }) => directoryId(path) === reference || path === reference);
    if (found === undefined) throw new NotFoundError("directory", reference);
    return found;
  }

  const within = ({ path }: Pick<PromptSummary, "path">, folder: string) =>
    folder === "" || path === folder || path.startsWith(`${folder}/`);

  return {
    list,
    get,
    async create(wanted) {
      const path = checkedFolder(wanted);
      if (!(await list()).some((one) => one.path === path)) empty.set(path, now().toISOString());
      return get(path);
    },
    async move(reference, wanted) {
      const { path: from } = await get(reference);
      const to = checkedFolder(wanted);
      if (to === from) return get(from);
      if (from === "" || within({ path: to }, from))
        throw new ConflictError(`directory "${from}" cannot be moved to "${to}", which is inside it`);
      if ((await list()).some(({ path }) => path === to))
        throw new ConflictError(`directory "${to}" already exists`);
      for (const { path, promptId } of (await registry.list()).filter((one) => within(one, from)))
        await registry.move(promptId, `${to}${path.slice(from.length)}`);
      for (const [path, at] of [...empty].filter(([one]) => within({ path: one }, from))) {
        empty.delete(path);
        empty.set(`${to}${path.slice(from.length)}`, at);
      }
      return get(to);
    },
    async remove(reference) {
      const { path: folder } = await get(reference);
      const inside = (await registry.list()).filter((one) => within(one, folder)).length;
      if (inside > 0 || folder === "")
        throw new ConflictError(`directory "${folder}" is not empty`, {
          hint: `${inside} prompt${inside === 1 ? " is" : "s are"} below it: move or delete ${inside === 1 ? "it" : "them"} first`,
        });
      for (const path of [...empty.keys()].filter((one) => within({ path: one }, folder))) empty.delete(path);
    },
  };
}

/** Folders that exist because of prompts. */
function checkedFolder(given: string): string {
  const path = given.replace(/^\/+|\/+$/g, "");
  if (path === "") throw new UsageError("the directory has no name", { hint: "give a path, or a name" });
  return folderOf(checkedPath(`${path}/prompt`));
}

/** The folder and its parents, ending with the root. */
export function withParents(folder: string): readonly string[] {
  return folder === "" ? [""] : [folder, ...withParents(folderOf(folder))];
}
