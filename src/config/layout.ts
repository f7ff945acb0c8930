import type { KeyPath } from "./tree.ts";

/** What can be named in one place of the file and referred to from another. */
export type ThingKind = "model" | "prompt" | "agent" | "dataset" | "schema";

/** Where things of each kind are declared; the dao-ai dialects have two places for some. */
export const sectionsOf: Readonly<Record<ThingKind, readonly KeyPath[]>> = {
  model: [
    ["resources", "llms"],
    ["resources", "models"],
  ],
  prompt: [["prompts"]],
  agent: [["agents"]],
  dataset: [["datasets"], ["optimizations", "training_datasets"]],
  schema: [["schemas"]],
};

/** dao-ai sections that say nothing about prompts. */
export const ignoredTopSections = [
  "app",
  "evaluation",
  "guardrails",
  "memory",
  "middleware",
  "permissions",
  "providers",
  "response_formats",
  "retrievers",
  "service_principals",
  "skills",
  "tools",
  "unity_catalog_functions",
  "version",
] as const;
export const ignoredResources = [
  "apps",
  "connections",
  "databases",
  "experiments",
  "functions",
  "genie_rooms",
  "permissions",
  "service_principals",
  "skills",
  "tables",
  "vector_stores",
  "volumes",
  "warehouses",
] as const;
export const ignoredOptimizations = ["cache_threshold_optimizations"] as const;

const ignored = new Set<string>([
  ...ignoredTopSections,
  ...ignoredResources.map((key) => `resources.${key}`),
  ...ignoredOptimizations.map((key) => `optimizations.${key}`),
]);

/** A list under `datasets` is dao-ai's own: tables to be filled, not rows to learn from. */
export function isIgnoredSection(path: KeyPath, isList: boolean): boolean {
  const name = path.join(".");
  return ignored.has(name) || (name === "datasets" && isList);
}

const referenceFields: Readonly<Record<string, ThingKind>> = {
  model: "model",
  reflection_model: "model",
  scorer_model: "model",
  source_model: "model",
  prompt: "prompt",
  agent: "agent",
  dataset: "dataset",
  dataset_name: "dataset",
  schema: "schema",
};
const referenceLists: Readonly<Record<string, ThingKind>> = { fallbacks: "model", prompts: "prompt" };

/** The kind of thing that the field at this path names; undefined where none is named. */
export function referenceKind(path: KeyPath): ThingKind | undefined {
  if (path.length <= depthOfThings(path) || isOpaque(path)) return undefined;
  const field = path.at(-1) ?? "";
  if (Object.hasOwn(referenceFields, field)) return referenceFields[field];
  const list = path.at(-2) ?? "";
  const isItem = /^\d+$/.test(field) && path.length - 1 > depthOfThings(path);
  return isItem && Object.hasOwn(referenceLists, list) ? referenceLists[list] : undefined;
}

const opaqueKeys = new Set(["data", "options", "other", "response_format", "tool_choice", "tools"]);
const openMaps = new Set(["headers", "inputs", "tags"]);

/** JSON that belongs to somebody else (rows, tool schemas, plugin options): its keys mean nothing here. */
export function isOpaque(path: KeyPath): boolean {
  return path.some((key, at) => at >= depthOfThings(path) && opaqueKeys.has(key));
}

/** Rows of a dataset: not even `${env:…}` is read in them. */
export function isRowData(path: KeyPath): boolean {
  return path.some((key, at) => at >= depthOfThings(path) && key === "data");
}

/** A map of a thing whose keys are the user's own words, or somebody else's: `tags`, `headers`, a tool's schema. */
export function hasOwnWords(path: KeyPath): boolean {
  return isOpaque(path) || (path.length > depthOfThings(path) && openMaps.has(path.at(-1) ?? ""));
}

/** A map in which `{env: prod}` is no variable but a key called `env`. */
export function isOpenMap(path: KeyPath): boolean {
  return hasOwnWords(path) || path.length < depthOfThings(path);
}

/** Does the path lead to one thing, or one optimization: `prompts.x`, `resources.llms.x`? */
export function isThing(path: KeyPath): boolean {
  return depthOfThing(path) === path.length;
}

const thingSections = [...Object.values(sectionsOf).flat(), ["optimizations", "prompt_optimizations"]];

/** Number of path parts that lead to the thing at or around a path; 0 where there is none. */
export function depthOfThing(path: KeyPath): number {
  const section = thingSections.find((one) => one.every((key, at) => key === path[at]));
  return section === undefined || path.length <= section.length ? 0 : section.length + 1;
}

/** Number of path parts that lead to one thing: `prompts.x` has 2, `resources.llms.x` has 3. */
function depthOfThings(path: KeyPath): number {
  return path[0] === "resources" || path[0] === "optimizations" ? 3 : 2;
}

const forbiddenKeys = new Set(["", "__proto__", "constructor", "prototype"]);

/** Keys that JavaScript would take for more than data are refused everywhere, in what is ignored too. */
export function isAllowedKey(key: string): boolean {
  return !forbiddenKeys.has(key);
}
