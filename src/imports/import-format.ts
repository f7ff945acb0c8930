import type { DatasetRecord } from "../contracts/dataset-store.ts";
import { digestOf } from "../core/data/digest.ts";
import type { JsonObject, JsonValue } from "../core/data/json.ts";
import { defined } from "../core/defined.ts";
import type { Trace, TraceFeedback } from "../core/trace.ts";
import { withReadAnswer } from "../traces/answer-of-trace.ts";
import type { LeftOut } from "../traces/otlp/left-out.ts";
import { withoutSecrets } from "./json-members.ts";
import { unknownMoment } from "./score-feedback.ts";
import { readValues } from "./source/read-values.ts";
import type { MemberPath, SourceFile } from "./source/source-file.ts";

/** A place in a file, for messages. */
export interface FilePlace {
  readonly file: string;
  /** From 1. */
  readonly line?: number;
}

export function placeIn({ name }: SourceFile, line: number | undefined): FilePlace {
  return defined({ file: name, line });
}

/** An item read from a file. */
export type ImportItem =
  | { readonly kind: "trace"; readonly trace: Trace; readonly place: FilePlace }
  | {
      readonly kind: "row";
      readonly record: DatasetRecord;
      readonly place: FilePlace;
      /** True if its columns became variables because no mapping was given. */
      readonly isFlat?: boolean;
    }
  | {
      /**
       * Feedback on the trace with this id, event id or feedback key, which was read before or is in the
       * store.
       */
      readonly kind: "feedback";
      readonly key: string;
      readonly feedback: TraceFeedback;
      readonly place: FilePlace;
    }
  | { readonly kind: "problem"; readonly message: string; readonly place: FilePlace }
  /** Valid content that is neither a trace nor a row, with its reason. */
  | { readonly kind: "left-out"; readonly leftOut: LeftOut; readonly place: FilePlace };

/**
 * A file format of another tool, listed in `formats/index.ts`.
 *
 *     export const lines: ImportFormat = {
 *       name: "lines", summary: "{q, a} lines of our own logger",
 *       recognizes: (value) => isJsonObject(value) && "q" in value && "a" in value,
 *       read: eachValue("lines", (value) => [{ record: { inputs: { q: value.q }, outputs: value.a } }]),
 *     };
 */
export interface ImportFormat {
  readonly name: string;
  readonly summary: string;
  /** True if the value has this format. Most of a file's first values must have it. */
  recognizes(value: JsonValue): boolean;
  /** Only for formats that are folders. */
  readonly recognizesFolder?: (path: string) => Promise<boolean>;
  /** Reads all files of this format, in order. Emits unreadable items as problems. */
  read(files: readonly SourceFile[]): AsyncIterable<ImportItem>;
}

/** A trace with the fields that its source provides. */
export type TraceDraft = { readonly [Key in keyof Trace]?: Trace[Key] | undefined };

/** One item in a value of a file. */
export type Part = (
  | { readonly trace: TraceDraft }
  | { readonly record: DatasetRecord; readonly isFlat?: boolean }
  | { readonly problem: string }
) & {
  /** Path of the item, if the value contains several. */
  readonly at?: MemberPath;
};

/** A reader for formats whose values are independent of each other. */
export function eachValue(
  format: string,
  parts: (value: JsonValue, file: SourceFile) => Iterable<Part>,
): ImportFormat["read"] {
  return async function* (files): AsyncGenerator<ImportItem> {
    for (const file of files) {
      for await (const read of readValues(file)) {
        const place = placeIn(file, read.line);
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
 * Completes a trace. Without an id in the source, the id is a digest of the content, so reading the same file
 * again gives the same traces. Without a time, the start is the time at which the file was written.
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
