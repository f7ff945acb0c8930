import { isJsonObject, type JsonObject, type JsonValue } from "../core/data/json.ts";
import { defined } from "../core/defined.ts";
import type { TraceFeedback } from "../core/trace.ts";

/** Feedback as written in files and responses. */
export function feedbackRecord({
  rating,
  betterResponse,
  comment,
  at,
  by,
  evaluator,
  judgment,
  ...rest
}: TraceFeedback): JsonObject {
  return {
    ...defined({ rating, better_response: betterResponse, comment }),
    at,
    ...defined({ by, evaluator, judgment }),
    ...(rest as JsonObject),
  };
}

/** Parses a feedback record. Undefined if it is invalid. */
export function feedbackOfRecord(value: JsonValue): TraceFeedback | undefined {
  if (!isJsonObject(value)) return undefined;
  const { rating, better_response: betterResponse, comment, at, by, ...rest } = value;
  const isRead =
    typeof at === "string" &&
    // A foreign member with the name of one of our fields must not be read as that field.
    !("betterResponse" in rest) &&
    isNothingOr("number", rating) &&
    isNothingOr("string", betterResponse) &&
    isNothingOr("string", comment) &&
    isNothingOr("string", by) &&
    isNothingOr("string", rest["evaluator"]);
  if (!isRead) return undefined;
  return {
    ...(typeof rating === "number" && { rating }),
    ...(typeof betterResponse === "string" && { betterResponse }),
    ...(typeof comment === "string" && { comment }),
    at,
    ...(typeof by === "string" && { by }),
    ...rest,
  };
}

function isNothingOr(type: "number" | "string", value: JsonValue | undefined): boolean {
  return value === undefined || value === null || typeof value === type;
}
