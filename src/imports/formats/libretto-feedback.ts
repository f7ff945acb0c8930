import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import type { TraceFeedback } from "../../core/trace.ts";
import { type FilePlace, placeIn } from "../import-format.ts";
import { instantOf, numberMember, textMember } from "../json-members.ts";
import { isShare } from "../score-feedback.ts";
import { readValues } from "../source/read-values.ts";
import type { SourceFile } from "../source/source-file.ts";

/** Feedback and its place in a file. */
interface PlacedFeedback {
  readonly feedback: TraceFeedback;
  readonly place: FilePlace;
}

/** A body of Libretto's `/feedback`: `{feedback_key, rating, better_response, is_deleted}`. */
export function isLibrettoFeedback(value: JsonValue): value is JsonObject {
  return (
    isJsonObject(value) &&
    textMember(value, "feedback_key") !== undefined &&
    ["rating", "better_response", "comment", "is_deleted"].some((name) => name in value)
  );
}

/** Why feedback is invalid; undefined if it is valid. */
export function librettoFeedbackProblem(value: JsonObject): string | undefined {
  const { rating } = value;
  const isRated = rating !== undefined && rating !== null && rating !== "";
  return isRated && !isShare(numberMember(value, "rating"))
    ? `rating is ${JSON.stringify(rating)}, not a number from 0 to 1`
    : undefined;
}

/**
 * All feedback in files by key, in order. Deleted or empty feedback removes the earlier feedback of its key.
 */
export async function readLibrettoFeedback(
  files: readonly SourceFile[],
): Promise<ReadonlyMap<string, readonly PlacedFeedback[]>> {
  const byKey = new Map<string, PlacedFeedback[]>();
  for (const file of files) {
    for await (const read of readValues(file)) {
      if ("problem" in read || !isLibrettoFeedback(read.value)) continue;
      if (librettoFeedbackProblem(read.value) !== undefined) continue;
      const key = textMember(read.value, "feedback_key") ?? "";
      const feedback = feedbackOf(read.value, file);
      if (feedback === undefined) byKey.delete(key);
      else {
        const place = placeIn(file, read.line);
        byKey.set(key, [...(byKey.get(key) ?? []), { feedback, place }]);
      }
    }
  }
  return byKey;
}

/**
 * Undefined if it is deleted or empty. Feedback without a time gets the time at which the file was written.
 */
function feedbackOf(value: JsonObject, file: SourceFile): TraceFeedback | undefined {
  const rating = numberMember(value, "rating");
  const betterResponse = textMember(value, "better_response");
  const comment = textMember(value, "comment");
  const by = textMember(value, "by");
  const isEmpty = rating === undefined && betterResponse === undefined && comment === undefined;
  if (value["is_deleted"] === true || isEmpty) return undefined;
  return {
    ...defined({ rating, betterResponse, comment, by }),
    at: instantOf(value["at"] ?? value["timestamp"] ?? value["createdAt"]) ?? file.recordedAt,
  };
}
