import { isIgnoredKey, isOpenMap, isOptionalValue, isRowData, isToolPath } from "../layout.ts";
import type { Problems } from "../problems.ts";
import { dotted, isTreeMap, type KeyPath, type Tree, type TreeMap } from "../tree.ts";
import type { EnvironmentVariables } from "./environment.ts";
import { unneededSchemas } from "./unneeded-schemas.ts";
import {
  isScalar,
  readVariableForm,
  warnOfShellVariables,
  warnOfWorkspaceVariables,
} from "./variable-forms.ts";
import { createMissingValues, createVariables, cutPlaceholders } from "./variables.ts";

/** The value of a variable that has none and that nothing needs. */
const unset = "unset";

export interface Interpolated {
  readonly tree: TreeMap;
  /** Paths, by dotted form, of values replaced by text, although a number may be meant. */
  readonly filled: ReadonlyMap<string, KeyPath>;
  /** The subset that holds stand-ins. */
  readonly standIns: ReadonlySet<string>;
}

/**
 * Replaces `${env:NAME}`, `${var.NAME}` and dao-ai's variable forms. Replaced text is not scanned again. Rows
 * of data and everything in `{{ }}` stay unchanged, and so does what has no effect. Reports all names without a value
 * together.
 */
export function interpolate(
  tree: TreeMap,
  env: EnvironmentVariables,
  problems: Problems,
  standIn?: (name: string) => string,
): Interpolated {
  const unneeded = unneededSchemas(tree);
  const isNeeded = ([section, key = ""]: KeyPath) => section !== "schemas" || !unneeded.has(key);
  const missing = createMissingValues(isNeeded, isOptionalValue);
  const standIns = new Set<string>();
  const filled = new Map<string, KeyPath>();
  const noted = (name: string, path: KeyPath): string => {
    standIns.add(dotted(path));
    return standIn?.(name) ?? "";
  };
  const variables = createVariables(tree, env, missing, problems, standIn === undefined ? undefined : noted);

  const fillText = (text: string, path: KeyPath): Tree => {
    warnOfShellVariables(text, path, problems);
    const filled = text.includes("${") ? fillPlaceholders(text, path) : text;
    warnOfWorkspaceVariables(filled, path, problems);
    return filled;
  };
  const fillPlaceholders = (text: string, path: KeyPath): Tree => {
    const whenMissing = isNeeded(path) ? "" : unset;
    const pieces = cutPlaceholders(text);
    const [only] = pieces;
    if (pieces.length === 1 && typeof only === "object") {
      filled.set(dotted(path), path);
      return variables.fill(only, path) ?? whenMissing;
    }
    return pieces
      .map((piece) =>
        typeof piece === "string" ? piece : String(variables.fill(piece, path) ?? whenMissing),
      )
      .join("");
  };

  const visit = (value: Tree, path: KeyPath): Tree => {
    if (typeof value === "string") return fillText(value, path);
    if (typeof value !== "object" || value === null || isRowData(path)) return value;
    // dao-ai's own tools cannot run here.
    if (isToolPath(path) && isTreeMap(value) && value.type !== "function") return value;
    const form = isOpenMap(path) ? undefined : readVariableForm(value);
    if (form !== undefined) {
      const found = variables.resolve(form, path);
      filled.set(dotted(path), path);
      if (isScalar(found)) return found;
      return isNeeded(path) ? "" : unset;
    }
    if (Array.isArray(value)) return value.map((item, at) => visit(item, [...path, String(at)]));
    return visitMap(value, path);
  };
  const visitMap = (map: TreeMap, path: KeyPath): TreeMap =>
    Object.fromEntries(
      Object.entries(map).map(([key, value]) => {
        // Variables are looked up on use: an unused one may lack its value.
        const isDeclaration = path.length === 0 && (key === "variables" || key === "parameters");
        const here = [...path, key];
        return [key, isDeclaration || isIgnoredKey(here) ? value : visit(value, here)];
      }),
    );

  const result = visitMap(tree, []);
  missing.reportTo(problems);
  return { tree: isTreeMap(result) ? result : {}, filled, standIns };
}
