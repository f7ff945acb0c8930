import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import { assessedExpectations } from "./assessments.ts";
import type { MlflowTrace } from "./search-traces.ts";

/** The row of a trace, or why there is none. */
export type TraceRow = { readonly row: JsonObject } | { readonly skipped: string };

/**
 * A row without ground truth: what the application was given and what it answered. Human expectations are its
 * own, the last rating is a tag. A failed trace is a row only if it has an expected answer.
 */
export function rowOfMlflowTrace(trace: MlflowTrace): TraceRow {
  const { traceId, inputs, outputs, spans, assessments, status } = trace;
  if (spans.length === 0) return { skipped: "the server does not hold its spans" };
  if (inputs === undefined) return { skipped: "its outermost span has no inputs" };
  const variables = isJsonObject(inputs) ? inputs : { input: inputs };
  if (Object.keys(variables).length === 0) return { skipped: "its outermost span has no inputs" };
  const expectations = assessedExpectations(assessments);
  const isExpected = Object.keys(expectations).length > 0;
  const isUsable = status === "OK" && outputs !== undefined && outputs !== "";
  if (!isUsable && !isExpected) {
    return { skipped: status === "OK" ? "it has no answer" : `its status is ${status}` };
  }
  const rating = assessments.findLast((one) => one.rating !== undefined)?.rating;
  return {
    row: {
      inputs: variables,
      ...(isUsable ? { outputs } : {}),
      ...(isExpected ? { expectations } : {}),
      ...(rating === undefined ? {} : { tags: { rating } }),
      source: { type: "trace", trace_id: traceId },
    },
  };
}
