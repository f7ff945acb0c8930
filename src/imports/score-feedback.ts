import type { JsonValue } from "../core/data/json.ts";
import type { TraceFeedback } from "../core/trace.ts";

interface Score {
  readonly name: string;
  readonly value: JsonValue | undefined;
  readonly comment?: string | undefined;
  readonly by?: string | undefined;
  readonly at: string | undefined;
}

/** Placeholder that is replaced by the start of the call. */
export const unknownMoment = "";

/** True if the value is on the scale of ratings, 0 to 1. */
export function isShare(value: JsonValue | undefined): value is number {
  return typeof value === "number" && value >= 0 && value <= 1;
}

const words: Readonly<Record<string, number>> = { yes: 1, true: 1, pass: 1, no: 0, false: 0, fail: 0 };

/**
 * Converts a score of another tool: to a rating if it is boolean-like or from 0 to 1, otherwise to a comment.
 */
export function feedbackOfScore({ name, value, comment, by, at }: Score): readonly TraceFeedback[] {
  if (value === undefined || value === null) return [];
  const number =
    typeof value === "boolean"
      ? Number(value)
      : typeof value === "string"
        ? words[value.toLowerCase()]
        : value;
  const isRating = isShare(number);
  const label = isRating ? name : `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`;
  return [
    {
      ...(isRating ? { rating: number } : {}),
      comment: comment === undefined || comment === "" ? label : `${label}: ${comment}`,
      ...(by === undefined ? {} : { by }),
      at: at ?? unknownMoment,
    },
  ];
}
