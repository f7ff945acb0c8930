import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bin, repository } from "./spawn-cli.ts";

/** A temporary folder with the repository's examples and the package installed. */
export interface Workspace {
  readonly folder: string;
  /** `in("examples", "quickstart")`: an absolute path inside. */
  in(...parts: string[]): string;
  /** A folder with `dao-opt` and `npx` in it, to put first on a PATH. */
  readonly commands: string;
  /** Removes it. Rejects if the repository's own examples have changed. */
  close(): Promise<void>;
}

const copied = ["examples", "config", "README.md"] as const;
/** Files that a run leaves behind; a copy does not have them. */
const leftovers = /(^|\/)(prompts|\.dao-opt|node_modules)(\/|$)/;

export async function createWorkspace(): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), "dao-opt-e2e-"));
  const before = await listRepository();
  for (const name of copied) {
    if (!before.some((path) => path === name || path.startsWith(`${name}/`))) continue;
    await cp(join(repository, name), join(folder, name), {
      recursive: true,
      filter: (from) => !leftovers.test(from.slice(repository.length + 1)),
    });
  }
  await mkdir(join(folder, "node_modules"));
  await symlink(repository, join(folder, "node_modules", "dao-opt"), "dir");
  const commands = join(folder, "node_modules", ".commands");
  await mkdir(commands);
  const launch = `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`;
  await writeExecutable(join(commands, "dao-opt"), launch);
  await writeExecutable(
    join(commands, "npx"),
    `#!/bin/sh\n[ "$1" = dao-opt ] || exit 127\nshift\n${launch.slice(10)}`,
  );
  return {
    folder,
    in: (...parts) => join(folder, ...parts),
    commands,
    async close() {
      await rm(folder, { recursive: true, force: true });
      const after = await listRepository();
      const added = after.filter((path) => !before.includes(path));
      if (added.length > 0) throw new Error(`left behind in the repository: ${added.join(", ")}`);
    },
  };
}

async function writeExecutable(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await chmod(path, 0o755);
}

/** Paths of the repository that a run could write to by mistake. */
async function listRepository(): Promise<string[]> {
  const top = await readdir(repository);
  const below = await Promise.all(
    ["examples", "config"].map(async (name) =>
      (await readdir(join(repository, name), { recursive: true })).map((path) => join(name, path)),
    ),
  );
  return [...top, ...below.flat()];
}

/** The document on a command's stdout with `--json`. */
export function parseJson<Shape>(text: string, schema: { parse(value: unknown): Shape }): Shape {
  return schema.parse(JSON.parse(text));
}

/** Every file below a folder, as relative paths; empty if the folder does not exist. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** Text of a file inside a folder. */
export function readText(...parts: string[]): Promise<string> {
  return readFile(join(...parts), "utf8");
}
