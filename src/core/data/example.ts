import type { JsonObject, JsonValue } from "./json.ts";

/**
 * One row of a dataset. Rows of large files are read from disk when a field is touched, so the
 * fields may be getters; they are cheap and always give equal values.
 */
export interface Example {
  /** First 16 hex digits of the SHA-256 of `inputs` as key-sorted JSON: equal inputs are one example. */
  readonly id: string;
  /** The template's variables. */
  readonly inputs: JsonObject;
  /** The right answer, as text; JSON answers as JSON text. Absent when the row has none. */
  readonly expected?: string;
  /** Facts the answer must state. */
  readonly expectedFacts?: readonly string[];
  /** What the source model answered, when recorded. */
  readonly sourceOutput?: string;
  /** Everything under `expectations`, as written. */
  readonly expectations: JsonObject;
  /** Value of the split's `by` column: rows of one group stay on one side. */
  readonly group?: JsonValue;
  readonly tags: JsonObject;
  /** Which part the row was given for, when the split names files. */
  readonly part?: DatasetPart;
  readonly origin: { readonly file: string; readonly line?: number };
}

export type DatasetPart = "train" | "validation" | "test";
