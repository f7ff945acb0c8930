import type { DatasetRecord } from "../../contracts/dataset-store.ts";
import { answerText, outputText } from "../rows/answer-text.ts";
import { expectedFacts } from "../rows/row-expectations.ts";

/** What a run would hold an answer against: an expected one, else facts, else what was answered; or nothing. */
export type ReferenceKind = "expected" | "facts" | "output" | "none";

export interface ReferenceAnswer {
  readonly kind: ReferenceKind;
  /** Of the expected or recorded answer; absent for facts and nothing. */
  readonly text?: string;
}

export function referenceAnswer({ expectations = {}, outputs }: DatasetRecord): ReferenceAnswer {
  const expected = answerText(expectations["expected_response"]);
  if (expected !== undefined) return { kind: "expected", text: expected };
  if (expectedFacts(expectations) !== undefined) return { kind: "facts" };
  const output = outputText(outputs);
  return output === undefined ? { kind: "none" } : { kind: "output", text: output };
}
