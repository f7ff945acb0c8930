import type { Example } from "../core/data/example.ts";
import { ScorerError } from "../core/errors.ts";

/** `reviews.jsonl:14`: where a row was written. */
export function rowPlace(example: Example): string {
  const { file, line } = example.origin;
  return line === undefined ? file : `${file}:${line}`;
}

/** The row's right answer, else what the source model answered; undefined when it has neither. */
export function findExpectedAnswer(example: Example): string | undefined {
  return example.expected ?? example.sourceOutput;
}

/** The row's right answer, else what the source model answered. ScorerError when it has neither. */
export function expectedAnswer(example: Example, scorer: string): string {
  const expected = findExpectedAnswer(example);
  if (expected === undefined) throw unusableRow(example, scorer, "no expected answer", expectedAnswerHint);
  return expected;
}

export const expectedAnswerHint =
  "give the row expectations.expected_response (or outputs of the source model), or name the column under the dataset's `expected`";

/** A row that a scorer cannot work with: `reviews.jsonl:14: scorer numeric: the row has no expected answer`. */
export function unusableRow(example: Example, scorer: string, lack: string, hint: string): ScorerError {
  return new ScorerError(`${rowPlace(example)}: scorer ${scorer}: the row has ${lack}`, { hint });
}
