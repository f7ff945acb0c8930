import type { Outcome } from "../../contracts/optimizer.ts";
import type { Example } from "../../core/data/example.ts";

/** Rows of a lesson that went wrong; the others were shown for contrast. */
export function failuresOf(lesson: readonly Outcome[]): readonly Example[] {
  return lesson.flatMap(({ example, score }) => (score?.value === 1 ? [] : [example]));
}
