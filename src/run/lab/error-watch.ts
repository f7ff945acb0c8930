import type { RunnerEvent } from "../../contracts/events.ts";
import { OptimizationError } from "../../core/errors.ts";
import type { MeasuredOutcome } from "./evaluation-context.ts";

/** Ends an optimization whose rows fail too often: its scores would describe the failures. */
export interface ErrorWatch {
  /**
   * Throws OptimizationError as soon as the share of rows that failed by infrastructure is above the limit, or
   * as the user's application has failed on every row so far: then it is broken.
   */
  note(outcomes: readonly MeasuredOutcome[]): void;
}

// One failure among the first few rows is no rate yet.
const fewestRows = 10;
// So many in a row without one that worked, and the rest of a long list is not paid for.
const manyRows = 50;

/** With `total` the rate is that of all rows to come: it ends early only when it is surely above the limit. */
export function createErrorWatch(
  maxErrorRate: number,
  emit: (event: RunnerEvent) => void,
  total?: number,
): ErrorWatch {
  let rows = 0;
  let failed = 0;
  let broken = 0;
  const causes = new Map<string, number>();
  // An evaluation of all rows is not resumed: it is asked for again.
  const goOn = total === undefined ? "go on with --resume" : "run it again";
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

/** Rows that an application failed on score 0; they are reported all the same. */
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
    `${failed} of ${rows} rows failed, more than max_error_rate ${limit} allows; most often (${count}): ${message}`,
    { hint: `mend the cause, then ${goOn}: answers already paid for are kept` },
  );
}
