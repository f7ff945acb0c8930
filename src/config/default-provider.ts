import { databricksKeys, isDaoAiSection, isIgnoredKey, kindAt } from "./layout.ts";
import type { Problems } from "./problems.ts";
import { isDatabricksName } from "./providers.ts";
import { isTreeMap, type KeyPath, type Tree, type TreeMap } from "./tree.ts";

/**
 * Sets provider databricks on models without provider and address if they have dao-ai's credentials for Databricks, or
 * if the file has sections that only dao-ai has, whose models are Databricks endpoints. Warns once of the latter.
 */
export function setDefaultProvider(tree: TreeMap, ignored: readonly string[], problems: Problems): void {
  const found = modelsWithoutProvider(tree, []);
  for (const { model } of found.filter(hasDatabricksKey)) model.provider = "databricks";
  const section = ignored.find(isDaoAiSection);
  if (section === undefined) return;
  for (const { model } of found) model.provider = "databricks";
  // Endpoints of this name are Databricks' own in every config.
  const first = found.find((one) => !isDatabricksName(String(one.model.name)) && !hasDatabricksKey(one));
  if (first === undefined) return;
  problems.warn(
    first.path,
    `no provider is set; models without one are called at Databricks, because ${section} is a section of dao-ai; set provider, for example openai, to call another`,
  );
}

function hasDatabricksKey({ model }: { readonly model: TreeMap }): boolean {
  return [...databricksKeys, "on_behalf_of_user"].some((key) => key in model);
}

function modelsWithoutProvider(
  value: Tree,
  path: KeyPath,
): readonly { readonly model: TreeMap; readonly path: KeyPath }[] {
  if (typeof value !== "object" || value === null || isIgnoredKey(path)) return [];
  const isLacking =
    isTreeMap(value) &&
    kindAt(path) === "model" &&
    value.provider === undefined &&
    (value.base_url === undefined || value.base_url === "");
  return [
    ...(isLacking ? [{ model: value, path }] : []),
    ...Object.entries(value).flatMap(([key, inner]) => modelsWithoutProvider(inner, [...path, key])),
  ];
}
