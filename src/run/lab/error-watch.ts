import type { RunnerEvent } from "../../contracts/events.ts";
import { OptimizationError } from "../../core/errors.ts";
import type { MeasuredOutcome } from "./evaluation-context.ts";

/** Ends an optimization if too many rows fail, because its scores would measure the failures. */
export interface ErrorWatch {
  /**
   * Throws OptimizationError once the share of rows with infrastructure failures exceeds the limit, or once
   * the user's application has failed on every row so far.
   */
  note(outcomes: readonly MeasuredOutcome[]): void;
}

// A failure among fewer rows is not yet a rate.
const fewestRows = 10;
// After this many rows without a success, the rest of a long list is not run.
const manyRows = 50;

/**
 * With `total` the rate refers to all rows to come; it ends early only if the limit will surely be exceeded.
 */
export function createErrorWatch(
  maxErrorRate: number,
  emit: (event: RunnerEvent) => void,
  total?: number,
): ErrorWatch {
  let rows = 0;
  let failed = 0;
  let broken = 0;
  const causes = new Map<string, number>();
  // An evaluation of all rows cannot be resumed.
  const goOn = total === undefined ? "continue with --resume" : "run it again";
  return {
    note(outcomes) {
      for (const outcome of outcomes) {
        rows++;
        const failure = failureOf(outcome);
        if (failure === undefined) continue;
        if (outcome.error === undefined) broken++;
        else failed++;
        causes.set(failure.message, (causes.get(failure.message) ?? 0) + 1);
        emit({ type: "row-failed", example: outcome.example.id, ...failure });
      }
      const isAll = failed + broken === rows;
      const isLongEnough =
        total === undefined ? rows > 1 : rows === total || rows >= (failed === 0 ? fewestRows : manyRows);
      const isEnough = rows >= fewestRows || rows === total;
      const isAbove = isEnough && failed / Math.max(rows, total ?? rows) > maxErrorRate;
      if (isAbove || (isAll && isLongEnough && maxErrorRate < 1)) {
        throw tooManyErrors(failed === 0 ? broken : failed, rows, maxErrorRate, causes, goOn);
      }
    },
  };
}

/** Rows on which an application failed score 0, but are reported too. */
function failureOf({ error, missing, score }: MeasuredOutcome) {
  if (error !== undefined) return error;
  return missing === "agent_error" ? { code: "agent_failed", message: score?.feedback ?? "" } : undefined;
}

function tooManyErrors(
  failed: number,
  rows: number,
  limit: number,
  causes: Map<string, number>,
  goOn: string,
): OptimizationError {
  const [message, count] = [...causes].sort((one, other) => other[1] - one[1])[0] ?? ["", 0];
  return new OptimizationError(
    `${failed} of ${rows} rows failed, above max_error_rate ${limit}; most frequent (${count}): ${message}`,
    { hint: `fix the cause, then ${goOn}; answers so far are kept` },
  );
}
