import type { RunnerEvent } from "../../contracts/events.ts";
import type { FailureCount } from "../../contracts/run-record.ts";

/** Counts of failed rows by reason. */
export interface RowFailures {
  note(event: Extract<RunnerEvent, { type: "row-failed" }>): void;
  /** The most frequent reason first. */
  readonly counts: readonly FailureCount[];
}

/** A word with a digit in it, such as the id of a request: it does not make another reason. */
const varying = /[\w-]*\d[\w-]*/g;
const mostReasons = 20;

/** Rows count as often as they failed: once for each candidate measured on them. */
export function createRowFailures(): RowFailures {
  const byReason = new Map<string, { count: number } & Omit<FailureCount, "count">>();
  return {
    note({ code, message, hint = null }) {
      const reason = `${code} ${message.replace(varying, "#")}`;
      const known = byReason.get(reason);
      if (known !== undefined) known.count++;
      // Of providers that say something else each time the first ones do.
      else if (byReason.size < mostReasons) byReason.set(reason, { code, message, hint, count: 1 });
    },
    get counts() {
      return [...byReason.values()].sort((one, other) => other.count - one.count).map((one) => ({ ...one }));
    },
  };
}
