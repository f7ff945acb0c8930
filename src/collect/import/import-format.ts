import type { DatasetRecord } from "../../contracts/dataset-store.ts";
import { digestOf } from "../../core/data/digest.ts";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import type { Trace, TraceFeedback } from "../../core/trace.ts";
import { withReadAnswer } from "../../traces/answer-of-trace.ts";
import { withoutSecrets } from "./json-members.ts";
import { unknownMoment } from "./score-feedback.ts";
import { readValues } from "./source/read-values.ts";
import type { MemberPath, SourceFile } from "./source/source-file.ts";

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

/** A trace as far as its source tells. */
export type TraceDraft = { readonly [Key in keyof Trace]?: Trace[Key] | undefined };

/** What one value of a file holds. */
export type Part = (
  | { readonly trace: TraceDraft }
  | { readonly record: DatasetRecord; readonly isFlat?: boolean }
  | { readonly problem: string }
) & {
  /** Where in the value it stands, when that holds several. */
  readonly at?: MemberPath;
};

/** The reading of a format whose values stand for themselves. */
export function eachValue(
  format: string,
  parts: (value: JsonValue, file: SourceFile) => Iterable<Part>,
): ImportFormat["read"] {
  return async function* (files): AsyncGenerator<ImportItem> {
    for (const file of files) {
      for await (const read of readValues(file)) {
        const place: FilePlace = { file: file.name, ...(read.line === undefined ? {} : { line: read.line }) };
        if ("problem" in read) yield { kind: "problem", message: read.problem, place };
        else yield* itemsOf(parts(read.value, file), { format, file, place, ...read });
      }
    }
  };
}

interface Origin {
  readonly format: string;
  readonly value: JsonValue;
  readonly lineAt?: (path: MemberPath) => number | undefined;
  readonly file: SourceFile;
  readonly place: FilePlace;
}

function* itemsOf(parts: Iterable<Part>, origin: Origin): Generator<ImportItem> {
  let part = 0;
  for (const { at, ...one } of parts) {
    const line = at === undefined ? undefined : origin.lineAt?.(at);
    const place: FilePlace = line === undefined ? origin.place : { ...origin.place, line };
    if ("problem" in one) yield { kind: "problem", message: one.problem, place };
    else if ("record" in one) yield { kind: "row", place, ...one };
    else yield { kind: "trace", trace: completeTrace(one.trace, part, origin), place };
    part++;
  }
}

/**
 * Where a source has no id for a call, it is named by its content: the same file read again is the same
 * traces. Where it has no time, the call was made by the time the file was written.
 */
export function completeTrace(draft: TraceDraft, part: number, { format, value, file }: Origin): Trace {
  const given = Object.fromEntries(Object.entries(draft).filter(([, member]) => member !== undefined));
  const startedAt = draft.startedAt ?? file.recordedAt;
  const feedback = draft.feedback?.map((one) => (one.at === unknownMoment ? { ...one, at: startedAt } : one));
  return withReadAnswer({
    traceId: draft.traceId ?? `tr_${digestOf([format, part, value]).slice(0, 32)}`,
    startedAt,
    source: `import:${format}`,
    ...given,
    ...(feedback === undefined ? {} : { feedback }),
    ...(draft.parameters === undefined ? {} : { parameters: withoutSecrets(draft.parameters) as JsonObject }),
    ...(draft.metadata === undefined ? {} : { metadata: withoutSecrets(draft.metadata) as JsonObject }),
  });
}
