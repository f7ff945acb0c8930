import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import type { TraceFeedback } from "../../../core/trace.ts";
import type { TraceDraft } from "../../import-format.ts";
import { instantOf, parsedMember, textMember } from "../../json-members.ts";
import { feedbackOfScore, isShare, unknownMoment } from "../../score-feedback.ts";

/** Scores of an observation or a trace. Exported tables contain only their ids. */
export function scoresOf(value: JsonObject | undefined): readonly JsonObject[] {
  const scores = parsedMember(value?.["scores"]);
  return Array.isArray(scores) ? scores.filter(isJsonObject) : [];
}

/** The id of the observation that a score is on; undefined for scores on the trace. */
export function scoredObservation(score: JsonObject): string | undefined {
  return textMember(score, "observationId", "observation_id");
}

/**
 * Scores from 0 to 1 become ratings, corrections become better responses. Other scales and categories do not
 * express right or wrong.
 */
export function feedbackOfScores(scores: readonly JsonObject[]): TraceDraft["feedback"] {
  const feedback = scores.flatMap(feedbackOf);
  return feedback.length === 0 ? undefined : feedback;
}

function feedbackOf(score: JsonObject): readonly TraceFeedback[] {
  const type = textMember(score, "dataType", "data_type");
  const by = textMember(score, "authorUserId", "author_user_id");
  const at = instantOf(timeOf(score));
  if (type === "CORRECTION") {
    const betterResponse = textMember(score, "stringValue", "string_value", "longStringValue");
    if (betterResponse === undefined) return [];
    return [{ betterResponse, ...(by === undefined ? {} : { by }), at: at ?? unknownMoment }];
  }
  const { value } = score;
  if (type === "CATEGORICAL" || type === "TEXT" || !isShare(value)) return [];
  const name = textMember(score, "name") ?? "score";
  return feedbackOfScore({ name, value, comment: textMember(score, "comment"), by, at });
}

function timeOf(score: JsonObject): JsonValue | undefined {
  return score["timestamp"] ?? score["createdAt"] ?? score["created_at"];
}
