import { isOpaque, isRowData } from "../layout.ts";
import type { Problems } from "../problems.ts";
import { isTreeMap, type KeyPath, type Tree } from "../tree.ts";

/** Texts of the user's own, in which anything may stand. */
const ownTexts: ReadonlySet<string> = new Set([
  ...["default_template", "template", "content", "description", "locked", "command", "tags"],
]);
const braced = /(?<!\$)\$\{([A-Za-z_]\w*)(?::?[-=?+][^}]*)?\}/g;
const bare = /^\$([A-Z_][A-Z0-9_]*)$/;

/** Names in a text that a shell would fill in, and a config does not: `${NAME}`, or `$NAME` alone. */
function shellVariables(text: string): readonly string[] {
  const alone = bare.exec(text)?.[1];
  const inside = [...text.matchAll(braced)].map(([, name = ""]) => name);
  return alone === undefined ? [...new Set(inside)] : [alone];
}

/** Warns of an environment variable that is written as in a shell, and would be taken as text. */
export function warnOfShellVariables(text: string, path: KeyPath, problems: Problems): void {
  if (!text.includes("$") || path.some((key) => ownTexts.has(key)) || isOpaque(path) || isRowData(path))
    return;
  for (const name of shellVariables(text)) {
    problems.warn(
      path,
      `\${${name}} is not filled in as in a shell; write \${env:${name}} for the environment variable ${name}`,
    );
  }
}

/** The hint for a value that must be something else than the text of a variable; undefined where none is in it. */
export function shellHint(text: string): string | undefined {
  const [name] = shellVariables(text);
  return name === undefined ? undefined : `for the environment variable write \${env:${name}}`;
}

/** dao-ai's ways of saying "this value comes from elsewhere". */
export type VariableForm =
  | { readonly kind: "env"; readonly name: string; readonly fallback: Tree | undefined }
  | { readonly kind: "value"; readonly value: Tree }
  | { readonly kind: "options"; readonly options: readonly Tree[]; readonly fallback: Tree | undefined }
  | { readonly kind: "databricks_secret"; readonly name: string; readonly fallback: Tree | undefined };

/** Reads `{env: NAME, default_value: x}` and its like; undefined for any other value. */
export function readVariableForm(tree: Tree): VariableForm | undefined {
  if (!isTreeMap(tree)) return undefined;
  const { env, value, options, scope, secret, default_value: fallback } = tree;
  if (typeof env === "string" && hasOnly(tree, ["env", "default_value"]))
    return { kind: "env", name: env, fallback };
  if (isScalar(value) && hasOnly(tree, ["value"])) return { kind: "value", value };
  if (Array.isArray(options) && hasOnly(tree, ["options", "default_value"]))
    return { kind: "options", options, fallback };
  if (
    typeof scope === "string" &&
    typeof secret === "string" &&
    hasOnly(tree, ["scope", "secret", "default_value"])
  )
    return { kind: "databricks_secret", name: `${scope}/${secret}`, fallback };
  return undefined;
}

export function isScalar(value: Tree | undefined): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function hasOnly(tree: object, keys: readonly string[]): boolean {
  return Object.keys(tree).every((key) => keys.includes(key));
}
