import type { Lab } from "../../contracts/optimizer.ts";
import type { ReflectionFailureCount } from "./reflection-failures.ts";
import type { Attempt } from "./rewrite-texts.ts";

/** Tells what came of attempts, in their order, and counts failures; throws when there are too many in a row. */
export function emitAttempts(
  lab: Lab,
  failures: ReflectionFailureCount,
  step: number,
  attempts: readonly Attempt[],
): void {
  for (const attempt of attempts) {
    if (attempt.kind === "failed") {
      lab.emit({ type: "reflection-failed", step, reason: attempt.failure.reason });
    } else if (attempt.kind === "refused" && attempt.texts === undefined) {
      lab.emit({ type: "reflection-failed", step, reason: attempt.reason });
    } else if (attempt.kind === "refused") {
      const { texts, reason } = attempt;
      const parents = attempt.parents.map(({ id }) => id);
      lab.emit({
        type: "candidate-rejected",
        step,
        parents,
        reason,
        ...(texts === undefined ? {} : { texts }),
      });
    }
  }
  for (const attempt of attempts) {
    if (attempt.kind === "drafted") failures.noteSuccess();
    else if (attempt.failure !== undefined) failures.note(attempt.failure);
  }
}
