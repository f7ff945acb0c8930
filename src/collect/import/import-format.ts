import type { DatasetRecord } from "../../contracts/dataset-store.ts";
import type { JsonValue } from "../../core/data/json.ts";
import type { Trace, TraceFeedback } from "../../core/trace.ts";
import type { SourceFile } from "./source/source-file.ts";

/** Where something stands, as it is told. */
export interface FilePlace {
  readonly file: string;
  /** From 1. */
  readonly line?: number;
}

/** What was read at a place. */
export type ImportItem =
  | { readonly kind: "trace"; readonly trace: Trace; readonly place: FilePlace }
  | {
      readonly kind: "row";
      readonly record: DatasetRecord;
      readonly place: FilePlace;
      /** Were its columns taken as variables because nobody said which are? */
      readonly isFlat?: boolean;
    }
  | {
      /** On the trace with this id, event id or feedback key: one that was read before, or that the store has. */
      readonly kind: "feedback";
      readonly key: string;
      readonly feedback: TraceFeedback;
      readonly place: FilePlace;
    }
  | { readonly kind: "problem"; readonly message: string; readonly place: FilePlace };

/**
 * A kind of file that another tool writes, as a plain object in the table of `formats/index.ts`.
 *
 *     export const lines: ImportFormat = {
 *       name: "lines", summary: "{q, a} lines of our own logger",
 *       recognises: (value) => isJsonObject(value) && "q" in value && "a" in value,
 *       read: eachValue((value) => [{ record: { inputs: { q: value.q }, outputs: value.a } }]),
 *     };
 */
export interface ImportFormat {
  readonly name: string;
  readonly summary: string;
  /** Is this one of its values? Most of a file's first values must be. */
  recognises(value: JsonValue): boolean;
  /** Only formats that are folders have this. */
  readonly recognisesFolder?: (path: string) => Promise<boolean>;
  /** Everything in files of this format, in order; what cannot be made out is told as a problem, and passed over. */
  read(files: readonly SourceFile[]): AsyncIterable<ImportItem>;
}
