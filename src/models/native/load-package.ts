import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ModelError } from "../../core/errors.ts";

/** A package to install next to this program. */
interface PeerPackage {
  readonly name: string;
  /** The major that runs on Node 20. */
  readonly major?: number | undefined;
  /** Who needs it, for the error. */
  readonly provider: string;
}

/** The error of a package that neither this program nor the working folder's project has. */
export function missingPackage({ name, major, provider }: PeerPackage): ModelError {
  return new ModelError(`provider ${provider} needs the package ${rootOf(name)}, which is not installed`, {
    kind: "unreachable",
    hint: `npm install ${rootOf(name)}${major === undefined ? "" : `@${major}`}`,
  });
}

/** Whether `loadPackage` will find a package. */
export function isInstalled(name: string): boolean {
  return [import.meta.url, join(resolve("."), "package.json")].some((from) => {
    try {
      createRequire(from).resolve(name);
      return true;
    } catch (error) {
      // It is there, but for `import` alone.
      return (error as { readonly code?: unknown }).code === "ERR_PACKAGE_PATH_NOT_EXPORTED";
    }
  });
}

type Exports = Readonly<Record<string, unknown>>;

/**
 * Imports an optional peer, as this program finds it, else as the working folder's project does. Rejects with ModelError
 * `unreachable`, which names the command that installs it.
 */
export async function loadPackage(peer: PeerPackage): Promise<Exports> {
  const { name } = peer;
  try {
    // As a variable, so that type checks and bundles do not need the package.
    const specifier: string = name;
    return (await import(specifier)) as Exports;
  } catch (error) {
    if (!isMissing(error, name)) throw unloadable(name, error);
  }
  const file = await findInProject(name, resolve("."));
  if (file === undefined) throw missingPackage(peer);
  try {
    return (await import(pathToFileURL(file).href)) as Exports;
  } catch (error) {
    throw unloadable(name, error);
  }
}

function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return code === "ERR_MODULE_NOT_FOUND" && String(message).includes(`'${rootOf(name)}`);
}

/** `@ai-sdk/google-vertex` for `@ai-sdk/google-vertex/anthropic`. */
function rootOf(name: string): string {
  const parts = name.split("/");
  return parts.slice(0, name.startsWith("@") ? 2 : 1).join("/");
}

function unloadable(name: string, error: unknown): ModelError {
  const reason = error instanceof Error ? error.message : String(error);
  return new ModelError(`${name} cannot be loaded: ${reason}`, { kind: "unreachable" });
}

/** The file that a project's `import` of a package loads; undefined if the project has no such package. */
async function findInProject(name: string, folder: string): Promise<string | undefined> {
  try {
    return createRequire(join(folder, "package.json")).resolve(name);
  } catch (error) {
    // Packages for `import` alone are not resolved by `require`.
    const { code } = error as { readonly code?: unknown };
    return code === "ERR_PACKAGE_PATH_NOT_EXPORTED" ? importEntry(name, folder) : undefined;
  }
}

async function importEntry(name: string, folder: string): Promise<string | undefined> {
  const root = rootOf(name);
  for (let at = folder; ; at = dirname(at)) {
    const place = join(at, "node_modules", root);
    const manifest = await readFile(join(place, "package.json"), "utf8").catch(() => undefined);
    if (manifest !== undefined) {
      const { exports } = JSON.parse(manifest) as { exports?: Readonly<Record<string, unknown>> };
      const entry = importCondition(exports?.[`.${name.slice(root.length)}`]);
      return entry === undefined ? undefined : join(place, entry);
    }
    if (dirname(at) === at) return undefined;
  }
}

function importCondition(entry: unknown): string | undefined {
  if (typeof entry === "string") return entry;
  if (typeof entry !== "object" || entry === null) return undefined;
  const { node, import: imported, default: fallback } = entry as Readonly<Record<string, unknown>>;
  return importCondition(node ?? imported ?? fallback);
}
