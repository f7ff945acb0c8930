import type { DatasetRecord } from "../../contracts/dataset-store.ts";
import { answerText, expectedFacts, outputText } from "../rows/answer-text.ts";

/**
 * What a run would compare an answer with: the expected answer, else facts, else the recorded output, else
 * nothing.
 */
export type ReferenceKind = "expected" | "facts" | "output" | "none";

interface ReferenceAnswer {
  readonly kind: ReferenceKind;
  /** The expected or recorded answer; absent for facts and none. */
  readonly text?: string;
}

export function referenceAnswer({ expectations = {}, outputs }: DatasetRecord): ReferenceAnswer {
  const expected = answerText(expectations["expected_response"]);
  if (expected !== undefined) return { kind: "expected", text: expected };
  if (expectedFacts(expectations) !== undefined) return { kind: "facts" };
  const output = outputText(outputs);
  return output === undefined ? { kind: "none" } : { kind: "output", text: output };
}

/** The rating in `tags.rating`, from 0 (wrong) to 1 (right); undefined if there is none. */
export function rowRating({ tags }: DatasetRecord): number | undefined {
  const written = tags?.["rating"];
  if (typeof written !== "number" && (typeof written !== "string" || written.trim() === "")) return undefined;
  const rating = Number(written);
  return Number.isFinite(rating) ? rating : undefined;
}

/** True if the row has a rating of at least `least`. */
export function isRatedAtLeast(record: DatasetRecord, least: number): boolean {
  const rating = rowRating(record);
  return rating !== undefined && rating >= least;
}
