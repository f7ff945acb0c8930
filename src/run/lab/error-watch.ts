import type { RunnerEvent } from "../../contracts/events.ts";
import { OptimizationError } from "../../core/errors.ts";
import type { MeasuredOutcome } from "./rollout.ts";

/** Ends an optimization whose rows fail too often: its scores would speak about the failures. */
export interface ErrorWatch {
  /** Throws OptimizationError as soon as the share of failed rows is above the limit. */
  note(outcomes: readonly MeasuredOutcome[]): void;
}

// One failure among the first few rows is no rate yet.
const fewestRows = 10;

export function createErrorWatch(maxErrorRate: number, emit: (event: RunnerEvent) => void): ErrorWatch {
  let rows = 0;
  let failed = 0;
  const causes = new Map<string, number>();
  return {
    note(outcomes) {
      for (const { example, error } of outcomes) {
        rows++;
        if (error === undefined) continue;
        failed++;
        causes.set(error.message, (causes.get(error.message) ?? 0) + 1);
        emit({ type: "row-failed", example: example.id, code: error.code, message: error.message });
      }
      const isAllOfFew = rows < fewestRows && failed === rows && rows > 1;
      if (failed / rows > maxErrorRate && (rows >= fewestRows || isAllOfFew)) {
        throw tooManyErrors(failed, rows, maxErrorRate, causes);
      }
    },
  };
}

function tooManyErrors(
  failed: number,
  rows: number,
  limit: number,
  causes: Map<string, number>,
): OptimizationError {
  const [message, count] = [...causes].sort((one, other) => other[1] - one[1])[0] ?? ["", 0];
  return new OptimizationError(
    `${failed} of ${rows} rows failed, more than max_error_rate ${limit} allows; most often (${count}): ${message}`,
    { hint: "mend the cause, then go on with --resume: answers already paid for are kept" },
  );
}
