import type { JsonValue } from "../../core/data/json.ts";
import type { Trace } from "../../core/trace.ts";
import type { OtlpSpan } from "./otlp-span.ts";
import { type OtlpProblem, readSpans } from "./read-spans.ts";
import { spanKind } from "./span-kind.ts";
import { traceOfSpan } from "./trace-of-span.ts";

export interface OtlpTraces {
  /** In the order of their start. */
  readonly traces: readonly Trace[];
  readonly problems: readonly OtlpProblem[];
  /** Spans that were read. */
  readonly spans: number;
}

/**
 * The calls in an OTLP `ExportTraceServiceRequest` (JSON form). A span that called a language model, or a step of
 * the application with what it was given and gave back, becomes a trace: its id is made of trace and span id, so
 * that the same span gives the same trace; `chainId` is the OpenTelemetry trace. Tools, searches and spans that
 * say nothing of a model are passed over, and what is below them hangs on what is above.
 */
export function tracesOfOtlp(json: JsonValue): OtlpTraces {
  const { spans, problems } = readSpans(json);
  const byId = new Map(spans.map((span) => [`${span.traceId}-${span.spanId}`, span]));
  const isKept = new Map<OtlpSpan, boolean>();
  const keeps = (span: OtlpSpan): boolean => {
    const known = isKept.get(span);
    if (known !== undefined) return known;
    const kept = spanKind(span) !== "aside" && traceOfSpan(span, undefined) !== undefined;
    isKept.set(span, kept);
    return kept;
  };
  /** The nearest one above that is kept; a span that is not in this request may be in another. */
  const parentOf = ({ traceId, parentSpanId }: OtlpSpan): string | undefined => {
    const seen = new Set<string>();
    let above = parentSpanId;
    while (above !== undefined && !seen.has(above)) {
      seen.add(above);
      const parent = byId.get(`${traceId}-${above}`);
      if (parent === undefined || keeps(parent)) return above;
      above = parent.parentSpanId;
    }
    return undefined;
  };
  const traces = spans
    .filter(keeps)
    .flatMap((span) => traceOfSpan(span, parentOf(span)) ?? [])
    .sort((one, other) => (one.startedAt < other.startedAt ? -1 : one.startedAt > other.startedAt ? 1 : 0));
  return { traces, problems, spans: spans.length };
}
