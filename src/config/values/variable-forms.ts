import { isOpaque, isRowData } from "../layout.ts";
import type { Problems } from "../problems.ts";
import { isTreeMap, type KeyPath, type Tree } from "../tree.ts";

/** The user's own texts, which may contain anything. */
const freeTexts: ReadonlySet<string> = new Set([
  ...["default_template", "template", "content", "description", "locked", "command", "tags"],
]);
const braced = /(?<!\$)\$\{([A-Za-z_]\w*)(?::?[-=?+][^}]*)?\}/g;
const bare = /^\$([A-Z_][A-Z0-9_]*)$/;

/** Variables in shell form, which a config does not replace: `${NAME}`, or `$NAME` alone. */
function shellVariables(text: string): readonly string[] {
  const alone = bare.exec(text)?.[1];
  const inside = [...text.matchAll(braced)].map(([, name = ""]) => name);
  return alone === undefined ? [...new Set(inside)] : [alone];
}

/** Warns about an environment variable in shell form, which is used as plain text. */
export function warnOfShellVariables(text: string, path: KeyPath, problems: Problems): void {
  if (!text.includes("$") || path.some((key) => freeTexts.has(key)) || isOpaque(path) || isRowData(path))
    return;
  for (const name of shellVariables(text)) {
    problems.warn(
      path,
      `\${${name}} is not replaced as in a shell; write \${env:${name}} for the environment variable ${name}`,
    );
  }
}

const ofWorkspace = /\$\{workspace\.[^}]*\}/;

/** Warns about dao-ai's values of the Databricks workspace, which are not looked up. */
export function warnOfWorkspaceVariables(text: Tree, path: KeyPath, problems: Problems): void {
  const [found] = typeof text === "string" && !isRowData(path) ? (ofWorkspace.exec(text) ?? []) : [];
  if (found === undefined) return;
  problems.warn(
    path,
    `${found} is used as plain text, because no Databricks workspace is asked; write the value, or \${env:NAME}`,
  );
}

/** The hint for a rejected value with a variable in shell form; undefined if it has none. */
export function shellHint(text: string): string | undefined {
  const [name] = shellVariables(text);
  return name === undefined ? undefined : `for the environment variable write \${env:${name}}`;
}

/** dao-ai's forms of a value that comes from elsewhere. */
export type VariableForm =
  | { readonly kind: "env"; readonly name: string; readonly fallback: Tree | undefined }
  | { readonly kind: "value"; readonly value: Tree }
  | { readonly kind: "options"; readonly options: readonly Tree[]; readonly fallback: Tree | undefined }
  | { readonly kind: "databricks_secret"; readonly name: string; readonly fallback: Tree | undefined };

/** Parses `{env: NAME, default_value: x}` and similar forms; undefined for any other value. */
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
