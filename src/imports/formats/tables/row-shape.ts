import type { JsonObject } from "../../../core/data/json.ts";

/** A shape of conversations or preferences in datasets for training, listed in `index.ts`. */
export interface RowShape {
  readonly name: string;
  /** Members that become something else. A mapping that names one of them is applied to the row as written. */
  readonly members: readonly string[];
  recognizes(value: JsonObject): boolean;
  /** The row as `rowContent` reads it, or why there is none. */
  row(value: JsonObject): ShapedRow;
}

export type ShapedRow = { readonly row: JsonObject } | { readonly problem: string };
