import { stat } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { PluginKind, PluginKinds } from "../contracts/plugin.ts";
import { PluginError } from "../core/errors.ts";

/** Whether `use` is a path (`./x.js`, `../x.mjs`, `/abs/x.js`) rather than a shipped name. */
export function isModulePath(use: string): boolean {
  return use.startsWith("./") || use.startsWith("../") || isAbsolute(use) || /\.[cm]?js$/.test(use);
}

const anyOptions = z.record(z.string(), z.json());

/** Imports a user's module and uses its default export (or the export named after the kind) as the plugin. */
export async function loadPluginModule<Kind extends PluginKind>(
  kind: Kind,
  use: string,
  directory: string,
): Promise<PluginKinds[Kind]> {
  const exported = await importModule(use, directory);
  const candidate = exported["default"] ?? exported[kind];
  const problem = shapeProblem(candidate, kind);
  if (problem !== undefined) {
    throw new PluginError(`${use}: ${problem}`, {
      hint: `export default { name: "…", create(options) { … } }, or define it with define${capital(kind)}() of "dao-opt"`,
    });
  }
  const given = candidate as Partial<PluginKinds[Kind]>;
  return {
    summary: "",
    options: anyOptions,
    name: use,
    ...given,
    kind,
  } as unknown as PluginKinds[Kind];
}

/** Imports a user's file by path. Rejects with PluginError if it is missing or throws while loading. */
export async function importModule(use: string, directory: string): Promise<Record<string, unknown>> {
  const path = resolve(directory, use);
  const isThere = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isThere)
    throw new PluginError(`no module at ${path}`, { hint: "paths are relative to the config file" });
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PluginError(`${use} cannot be loaded: ${reason}`, { cause });
  }
}

function shapeProblem(value: unknown, kind: PluginKind): string | undefined {
  if (typeof value !== "object" || value === null)
    return `its default export is not ${withArticle(kind)} plugin`;
  const plugin = value as { kind?: unknown; create?: unknown; options?: unknown };
  if (plugin.kind !== undefined && plugin.kind !== kind)
    return `it is ${withArticle(String(plugin.kind))}, not ${withArticle(kind)}`;
  if (typeof plugin.create !== "function") return "it has no create(options) function";
  const options = plugin.options as { safeParse?: unknown } | undefined;
  if (options !== undefined && typeof options.safeParse !== "function")
    return "its options are not a zod schema";
  return undefined;
}

function withArticle(word: string): string {
  return `${/^[aeiou]/.test(word) ? "an" : "a"} ${word}`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
