import { isOpenMap, isRowData } from "../layout.ts";
import type { Problems } from "../problems.ts";
import { dotted, isTreeMap, type KeyPath, type Tree, type TreeMap } from "../tree.ts";
import type { EnvironmentVariables } from "./environment.ts";
import { isScalar, readVariableForm, warnOfShellVariables } from "./variable-forms.ts";
import { createMissingValues, createVariables, cutPlaceholders } from "./variables.ts";

export interface Interpolated {
  readonly tree: TreeMap;
  /** Paths, by dotted form, of values replaced by text, although a number may be meant. */
  readonly filled: ReadonlyMap<string, KeyPath>;
  /** The subset that holds stand-ins. */
  readonly standIns: ReadonlySet<string>;
}

/**
 * Replaces `${env:NAME}`, `${var.NAME}` and dao-ai's variable forms. Replaced text is not scanned again. Rows
 * of data and everything in `{{ }}` stay unchanged. Reports all names without a value together.
 */
export function interpolate(
  tree: TreeMap,
  env: EnvironmentVariables,
  problems: Problems,
  standIn?: (name: string) => string,
): Interpolated {
  const missing = createMissingValues();
  const standIns = new Set<string>();
  const filled = new Map<string, KeyPath>();
  const noted = (name: string, path: KeyPath): string => {
    standIns.add(dotted(path));
    return standIn?.(name) ?? "";
  };
  const variables = createVariables(tree, env, missing, problems, standIn === undefined ? undefined : noted);

  const fillText = (text: string, path: KeyPath): Tree => {
    warnOfShellVariables(text, path, problems);
    if (!text.includes("${")) return text;
    const pieces = cutPlaceholders(text);
    const [only] = pieces;
    if (pieces.length === 1 && typeof only === "object") {
      filled.set(dotted(path), path);
      return variables.fill(only, path) ?? "";
    }
    return pieces
      .map((piece) => (typeof piece === "string" ? piece : String(variables.fill(piece, path) ?? "")))
      .join("");
  };

  const visit = (value: Tree, path: KeyPath): Tree => {
    if (typeof value === "string") return fillText(value, path);
    if (typeof value !== "object" || value === null || isRowData(path)) return value;
    const form = isOpenMap(path) ? undefined : readVariableForm(value);
    if (form !== undefined) {
      const found = variables.resolve(form, path);
      filled.set(dotted(path), path);
      return isScalar(found) ? found : "";
    }
    if (Array.isArray(value)) return value.map((item, at) => visit(item, [...path, String(at)]));
    return visitMap(value, path);
  };
  const visitMap = (map: TreeMap, path: KeyPath): TreeMap =>
    Object.fromEntries(
      Object.entries(map).map(([key, value]) => {
        // Variables are looked up on use: an unused one may lack its value.
        const isDeclaration = path.length === 0 && (key === "variables" || key === "parameters");
        return [key, isDeclaration ? value : visit(value, [...path, key])];
      }),
    );

  const result = visitMap(tree, []);
  missing.reportTo(problems);
  return { tree: isTreeMap(result) ? result : {}, filled, standIns };
}
