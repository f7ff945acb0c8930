import type { TraceLosses, TraceStore } from "../contracts/trace-store.ts";
import { thrownReason } from "../core/errors.ts";
import type { Trace, TraceFeedback } from "../core/trace.ts";
import type { Redactor } from "./redaction/create-redactor.ts";

/**
 * Wraps a store so that personal data and keys are redacted before they are written. What cannot be redacted
 * is lost and counted.
 */
export function redactedTraces(traces: TraceStore, redactor: Redactor): TraceStore {
  let lost = 0;
  let reason: string | undefined;
  const redacted = <Value>(work: () => Value): Value | undefined => {
    try {
      return work();
    } catch (error) {
      lost++;
      reason = `it could not be redacted: ${thrownReason(error)}`;
      return undefined;
    }
  };
  const withOwn = (losses: TraceLosses): TraceLosses => {
    const why = losses.reason ?? reason;
    return { count: losses.count + lost, ...(why === undefined ? {} : { reason: why }) };
  };
  const feedbackOf = (feedback: TraceFeedback): TraceFeedback => ({
    ...feedback,
    ...(feedback.betterResponse === undefined
      ? {}
      : { betterResponse: redactor.text(feedback.betterResponse) }),
    ...(feedback.comment === undefined ? {} : { comment: redactor.text(feedback.comment) }),
    ...(feedback.by === undefined ? {} : { by: redactor.text(feedback.by) }),
    ...(feedback.judgment === undefined ? {} : { judgment: redactor.json(feedback.judgment) }),
  });
  return {
    append(trace) {
      const clean = redacted(() => redactor.trace(trace));
      if (clean !== undefined) traces.append(clean);
    },
    addFeedback(key, feedback) {
      const clean = "isDeleted" in feedback ? feedback : redacted(() => feedbackOf(feedback));
      if (clean !== undefined) traces.addFeedback(key, clean);
    },
    flush: async () => withOwn(await traces.flush()),
    close: async () => withOwn(await traces.close()),
    list: (filter, options) => traces.list(filter, options),
    find: (key) => traces.find(key),
    async amend(traceId, changes) {
      // The redactor needs a whole trace; these two required fields are removed again.
      const fixed = { traceId, startedAt: new Date(0).toISOString() };
      const { traceId: _, startedAt: __, ...clean } = redactor.trace({ ...fixed, ...changes } as Trace);
      const started = changes.startedAt === undefined ? {} : { startedAt: changes.startedAt };
      return traces.amend(traceId, { ...clean, ...started });
    },
    remove: (filter) => traces.remove(filter),
  };
}
