import type { JsonValue } from "../../core/data/json.ts";
import type { TraceFeedback } from "../../core/trace.ts";

interface Score {
  readonly name: string;
  readonly value: JsonValue | undefined;
  readonly comment?: string | undefined;
  readonly by?: string | undefined;
  readonly at: string | undefined;
}

/** Becomes the moment of the call. */
export const unknownMoment = "";

/** Does a number stand on the scale of ratings? */
export function isShare(value: JsonValue | undefined): value is number {
  return typeof value === "number" && value >= 0 && value <= 1;
}

const words: Readonly<Record<string, number>> = { yes: 1, true: 1, pass: 1, no: 0, false: 0, fail: 0 };

/** A score of another tool as a rating, where it says right or wrong or stands from 0 to 1; else as a comment. */
export function feedbackOfScore({ name, value, comment, by, at }: Score): readonly TraceFeedback[] {
  if (value === undefined || value === null) return [];
  const number =
    typeof value === "boolean"
      ? Number(value)
      : typeof value === "string"
        ? words[value.toLowerCase()]
        : value;
  const isRating = isShare(number);
  const said = isRating ? name : `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`;
  return [
    {
      ...(isRating ? { rating: number } : {}),
      comment: comment === undefined || comment === "" ? said : `${said}: ${comment}`,
      ...(by === undefined ? {} : { by }),
      at: at ?? unknownMoment,
    },
  ];
}
