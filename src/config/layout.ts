import type { KeyPath } from "./tree.ts";

/** Kinds of things that are declared in one place of the file and referenced elsewhere. */
export type ThingKind = "model" | "prompt" | "agent" | "dataset" | "schema";

/** Where each kind is declared; the dao-ai dialects have two places for some. */
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

/** dao-ai sections without effect on prompts. */
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

/** dao-ai's keys of things and optimizations without effect on prompts. */
export const ignoredAgentKeys = [
  "call_limit",
  "create_agent_hook",
  "guardrails",
  "handoff",
  "handoff_prompt",
  "handoffs",
  "internal",
  "middleware",
  "post_agent_hook",
  "pre_agent_hook",
  "recursion_limit",
  "requires",
  "response_format",
  "skills",
] as const;
export const ignoredModelKeys = [
  "ai_gateway",
  "best_of_n",
  "disable_streaming",
  "on_behalf_of_user",
  "permissions",
  "schema",
  "use_ai_gateway",
  "use_responses_api",
] as const;
export const ignoredPromptKeys = ["auto_register"] as const;
export const ignoredDatasetKeys = ["overwrite", "schema"] as const;
export const ignoredOptimizationKeys = ["backend"] as const;

const ignored = new Set<string>([
  ...ignoredTopSections,
  ...ignoredResources.map((key) => `resources.${key}`),
  ...ignoredOptimizations.map((key) => `optimizations.${key}`),
]);

/** A list under `datasets` is dao-ai's own: tables to fill, not rows to learn from. */
export function isIgnoredSection(path: KeyPath, isList: boolean): boolean {
  const name = path.join(".");
  return ignored.has(name) || (name === "datasets" && isList);
}

/** Ignored sections that occur in dao-ai's configs alone. */
const daoAiSections = new Set<string>([
  ...[
    "app",
    "datasets",
    "memory",
    "middleware",
    "retrievers",
    "service_principals",
    "unity_catalog_functions",
  ],
  ...ignoredResources.map((key) => `resources.${key}`),
  ...ignoredOptimizations.map((key) => `optimizations.${key}`),
]);

export function isDaoAiSection(ignoredSection: string): boolean {
  return daoAiSections.has(ignoredSection);
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

/** The kind of thing that the field at this path references; undefined if it references none. */
export function referenceKind(path: KeyPath): ThingKind | undefined {
  if (path.length <= depthOfThings(path) || isOpaque(path)) return undefined;
  const field = path.at(-1) ?? "";
  if (Object.hasOwn(referenceFields, field)) return referenceFields[field];
  const list = path.at(-2) ?? "";
  const isItem = /^\d+$/.test(field) && path.length - 1 > depthOfThings(path);
  return isItem && Object.hasOwn(referenceLists, list) ? referenceLists[list] : undefined;
}

const opaqueKeys = new Set([
  "data",
  "extra_params",
  "options",
  "other",
  "response_format",
  "tool_choice",
  "tools",
]);
const openMaps = new Set(["headers", "inputs", "tags"]);

/** Foreign JSON (rows, tool schemas, plugin options), whose keys have no meaning here. */
export function isOpaque(path: KeyPath): boolean {
  return path.some((key, at) => at >= depthOfThings(path) && opaqueKeys.has(key));
}

/** Rows of a dataset, in which not even `${env:…}` is replaced. */
export function isRowData(path: KeyPath): boolean {
  return path.some((key, at) => at >= depthOfThings(path) && key === "data");
}

/** A map with free keys: `tags`, `headers`, a tool's schema. */
export function hasFreeKeys(path: KeyPath): boolean {
  return isOpaque(path) || (path.length > depthOfThings(path) && openMaps.has(path.at(-1) ?? ""));
}

/** A map in which `{env: prod}` is a key called `env`, not a variable. */
export function isOpenMap(path: KeyPath): boolean {
  return hasFreeKeys(path) || path.length < depthOfThings(path);
}

/** Whether the path is one thing or one optimization: `prompts.x`, `resources.llms.x`. */
export function isThing(path: KeyPath): boolean {
  return depthOfThing(path) === path.length;
}

const thingSections = [...Object.values(sectionsOf).flat(), ["optimizations", "prompt_optimizations"]];

/** Number of path parts up to the thing at or around a path; 0 if there is none. */
export function depthOfThing(path: KeyPath): number {
  const section = thingSections.find((one) => one.every((key, at) => key === path[at]));
  return section === undefined || path.length <= section.length ? 0 : section.length + 1;
}

/** Number of path parts of a thing: `prompts.x` has 2, `resources.llms.x` has 3. */
function depthOfThings(path: KeyPath): number {
  return path[0] === "resources" || path[0] === "optimizations" ? 3 : 2;
}

const ignoredKeysOf: Readonly<Record<ThingKind, readonly string[]>> = {
  model: ignoredModelKeys,
  prompt: ignoredPromptKeys,
  agent: ignoredAgentKeys,
  dataset: ignoredDatasetKeys,
  schema: ["permissions"],
};

/** The kind of the thing at a path, declared or written where it is used; undefined if there is none. */
export function kindAt(path: KeyPath): ThingKind | undefined {
  if (!isThing(path)) return referenceKind(path);
  const isOf = (section: KeyPath) =>
    section.length === path.length - 1 && section.every((key, at) => key === path[at]);
  return (Object.keys(sectionsOf) as ThingKind[]).find((kind) => sectionsOf[kind].some(isOf));
}

/** A key of a thing that has no effect, so that not even its variables are looked up. */
export function isIgnoredKey(path: KeyPath): boolean {
  const kind = kindAt(path.slice(0, -1));
  return kind !== undefined && ignoredKeysOf[kind].includes(path.at(-1) ?? "");
}

/** dao-ai's credentials of a model, and the workspace they are valid in. */
export const databricksKeys = [
  "client_id",
  "client_secret",
  "pat",
  "service_principal",
  "workspace_host",
] as const;

/** A value that dao-ai takes from the environment of Databricks if its own variable has none. */
export function isOptionalValue(path: KeyPath): boolean {
  const at = path.findIndex((key, index) => index > 0 && (databricksKeys as readonly string[]).includes(key));
  return at > 0 && kindAt(path.slice(0, at)) === "model";
}

/** The place of one of an agent's tools. */
export function isToolPath(path: KeyPath): boolean {
  return path.at(-2) === "tools" && kindAt(path.slice(0, -2)) === "agent";
}

const forbiddenKeys = new Set(["", "__proto__", "constructor", "prototype"]);

/** Keys with a special meaning in JavaScript are rejected everywhere, even in ignored sections. */
export function isAllowedKey(key: string): boolean {
  return !forbiddenKeys.has(key);
}
