import type { JsonValue } from "../../../core/data/json.ts";

/** Deeper than any real row, and shallow enough for everything that walks values by recursion. */
const maxNesting = 1000;

/** Whether a value is nested deeper than `maxNesting`. */
export function isNestedTooDeeply(value: JsonValue): boolean {
  let level: readonly JsonValue[] = [value];
  for (let depth = 0; depth <= maxNesting; depth++) {
    level = level.flatMap((one): readonly JsonValue[] =>
      typeof one === "object" && one !== null ? Object.values(one) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}
