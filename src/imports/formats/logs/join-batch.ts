import { isJsonObject, type JsonObject } from "../../../core/data/json.ts";
import {
  completeTrace,
  type FilePlace,
  type ImportFormat,
  type ImportItem,
  placeIn,
  type TraceDraft,
} from "../../import-format.ts";
import { readValues } from "../../source/read-values.ts";
import type { SourceFile } from "../../source/source-file.ts";

/** A batch API whose answers are in other files than its requests and name them by `custom_id`. */
interface BatchShape {
  readonly format: string;
  isRequest(value: JsonObject): boolean;
  isAnswer(value: JsonObject): boolean;
  /** The trace of a request and its answer, or why there is none. */
  traceOf(request: JsonObject, answer: JsonObject | undefined): TraceDraft | { readonly problem: string };
}

interface Answer {
  readonly value: JsonObject;
  readonly place: FilePlace;
}

/** Joins the requests of a batch with its answers, which may be in any of the files and in any order. */
export function joinBatch(shape: BatchShape): ImportFormat["read"] {
  return async function* (files): AsyncGenerator<ImportItem> {
    const answers = new Map<string, Answer>();
    let isAnyRequest = false;
    // A batch has at most 100,000 calls: its answers are kept in memory, its requests are streamed.
    for (const file of files) {
      for await (const read of readValues(file)) {
        const place = placeIn(file, read.line);
        if ("problem" in read) yield { kind: "problem", message: read.problem, place };
        else if (!isJsonObject(read.value) || typeof read.value["custom_id"] !== "string") {
          yield { kind: "problem", message: "custom_id is missing", place };
        } else if (shape.isRequest(read.value)) isAnyRequest = true;
        else if (shape.isAnswer(read.value))
          answers.set(read.value["custom_id"], { value: read.value, place });
        else yield { kind: "problem", message: "neither a request nor an answer of a batch", place };
      }
    }
    if (isAnyRequest) yield* joined(shape, files, answers);
    const message = "an answer without its request; import the batch's input file too";
    for (const [id, { place }] of answers)
      yield {
        kind: "problem",
        message: isAnyRequest ? `no request has the custom_id ${id}` : message,
        place,
      };
  };
}

/** Removes the answers that it joins. */
async function* joined(
  shape: BatchShape,
  files: readonly SourceFile[],
  answers: Map<string, Answer>,
): AsyncGenerator<ImportItem> {
  for (const file of files) {
    for await (const read of readValues(file)) {
      if ("problem" in read || !isJsonObject(read.value) || !shape.isRequest(read.value)) continue;
      const id = read.value["custom_id"];
      if (typeof id !== "string") continue;
      const answer = answers.get(id);
      answers.delete(id);
      const draft = shape.traceOf(read.value, answer?.value);
      const place = placeIn(file, read.line);
      const origin = { format: shape.format, value: read.value, file, place };
      if ("problem" in draft) yield { kind: "problem", message: draft.problem, place };
      else yield { kind: "trace", trace: completeTrace(draft, 0, origin), place };
    }
  }
}
