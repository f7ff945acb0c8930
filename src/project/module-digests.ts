import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { OptimizationPlan } from "../contracts/run-plan.ts";
import { digestOf, digestOfText } from "../core/data/digest.ts";
import { isModulePath } from "../plugins/load-module.ts";

/** Digests of the user's own modules, keyed by their path in the plan. */
export type ModuleDigests = Readonly<Record<string, string>>;

interface Uses extends Pick<OptimizationPlan, "agent" | "scorers"> {
  readonly optimizer: { readonly use: string };
}

/** Modules used by optimizations and models: scorers, engines, agents, providers. */
export function modulesUsed(optimizations: readonly Uses[], providers: readonly string[]): readonly string[] {
  const uses = optimizations.flatMap(({ agent, optimizer, scorers }) => [
    optimizer.use,
    ...scorers.map(({ use }) => use),
    ...(agent.run?.kind === "module" ? [agent.run.path] : []),
  ]);
  return [...new Set([...uses, ...providers])].filter(isModulePath).sort();
}

/**
 * Digest of each module's text and of its relative imports, recursively. An unreadable file counts as empty;
 * loading it reports the error.
 */
export async function moduleDigests(paths: readonly string[], directory: string): Promise<ModuleDigests> {
  const pairs = paths.map(async (path) => {
    const texts = new Map<string, string>();
    await gather(resolve(directory, path), texts);
    return [path, digestOf([...texts.values()].map(digestOfText).sort())] as const;
  });
  return Object.fromEntries(await Promise.all(pairs));
}

const relativeImport = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*["'](\.{1,2}\/[^"'\n]+)["']/g;

async function gather(file: string, texts: Map<string, string>): Promise<void> {
  if (texts.has(file)) return;
  texts.set(file, "");
  const text = await readFile(file, "utf8").catch(() => "");
  texts.set(file, text);
  for (const [, imported = ""] of text.matchAll(relativeImport)) {
    await gather(resolve(dirname(file), imported), texts);
  }
}
