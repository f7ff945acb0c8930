import type { JsonObject, JsonValue } from "./json.ts";

/**
 * One row of a dataset. Rows of large files are read from disk on access, so fields may be getters. They are
 * cheap and always return equal values.
 */
export interface Example {
  /** First 16 hex digits of the SHA-256 of `inputs` as key-sorted JSON: equal inputs are one example. */
  readonly id: string;
  /** The template's variables. */
  readonly inputs: JsonObject;
  /** The expected answer as text; JSON answers as JSON text. Absent if the row has none. */
  readonly expected?: string;
  /** Facts that the answer must state. */
  readonly expectedFacts?: readonly string[];
  /** The recorded answer of the source model. */
  readonly sourceOutput?: string;
  /** Everything under `expectations`, as written. */
  readonly expectations: JsonObject;
  /** Value of the split's `by` column; rows of one group stay in one part. */
  readonly group?: JsonValue;
  readonly tags: JsonObject;
  /** The part that the row's file belongs to, if the split names files. */
  readonly part?: DatasetPart;
  readonly origin: { readonly file: string; readonly line?: number };
}

export type DatasetPart = "train" | "validation" | "test";
