import type { JsonValue } from "../../core/data/json.ts";
import type { Trace } from "../../core/trace.ts";
import { type LeftOut, sumLeftOut } from "./left-out.ts";
import type { OtlpSpan } from "./otlp-span.ts";
import { type OtlpProblem, readSpans } from "./read-spans.ts";
import { spanKind } from "./span-kind.ts";
import { traceOfSpan } from "./trace-of-span.ts";

interface OtlpTraces {
  /** Ordered by start time. */
  readonly traces: readonly Trace[];
  readonly problems: readonly OtlpProblem[];
  /** Number of valid spans. */
  readonly spans: number;
  /** Spans that made no trace. */
  readonly leftOut: readonly LeftOut[];
}

/** Converts an OTLP `ExportTraceServiceRequest` (JSON format) to traces, as `tracesOfSpans` does. */
export function tracesOfOtlp(json: JsonValue): OtlpTraces {
  const { spans, problems } = readSpans(json);
  const { traces, leftOut } = tracesOfSpans(spans);
  return { traces, problems, spans: spans.length, leftOut };
}

interface SpanTraces extends Pick<OtlpTraces, "traces" | "leftOut"> {
  /** With `waits`: spans of model calls without messages, which log records may have. They are not converted. */
  readonly bare: readonly OtlpSpan[];
}

/**
 * Spans of model calls, of agents, and of application steps with input and output, become traces. A trace's id
 * consists of trace and span id, so the same span always gives the same trace; `chainId` is the OpenTelemetry
 * trace. The traces of agents have the metadata `span_kind: agent`. Tools, searches and other spans are left out
 * with a reason, and their children are attached to the nearest kept ancestor.
 */
export function tracesOfSpans(spans: readonly OtlpSpan[], { waits = false } = {}): SpanTraces {
  const byId = new Map(spans.map((span) => [`${span.traceId}-${span.spanId}`, span]));
  const kept = new Map<OtlpSpan, Trace>();
  const leftOut: LeftOut[] = [];
  const bare: OtlpSpan[] = [];
  for (const span of spans) {
    const kind = spanKind(span);
    const trace = kind.is === "aside" ? undefined : traceOfSpan(span);
    if (waits && isBare(kind, trace)) bare.push(span);
    else if (trace === undefined) leftOut.push(leftOutOf(span, kind));
    else kept.set(span, kind.is === "agent" ? asAgent(trace) : trace);
  }
  /** The nearest kept ancestor. A span that is missing in this request may be in another one. */
  const parentOf = ({ traceId, parentSpanId }: OtlpSpan): string | undefined => {
    const seen = new Set<string>();
    let above = parentSpanId;
    while (above !== undefined && !seen.has(above)) {
      seen.add(above);
      const parent = byId.get(`${traceId}-${above}`);
      if (parent === undefined || kept.has(parent)) return `${traceId}-${above}`;
      above = parent.parentSpanId;
    }
    return undefined;
  };
  const traces = [...kept]
    .map(([span, trace]) => {
      const parentId = parentOf(span);
      return parentId === undefined ? trace : { ...trace, parentId };
    })
    .sort((one, other) => (one.startedAt < other.startedAt ? -1 : one.startedAt > other.startedAt ? 1 : 0));
  return { traces, leftOut: sumLeftOut(leftOut), bare };
}

function isBare(kind: ReturnType<typeof spanKind>, trace: Trace | undefined): boolean {
  if (kind.is !== "model" || !kind.hasModel) return false;
  return trace?.messages === undefined && trace?.inputs === undefined;
}

/** Its row would be of another kind than the rows of the model calls within. */
function asAgent(trace: Trace): Trace {
  return { ...trace, metadata: { ...trace.metadata, span_kind: "agent" } };
}

function leftOutOf({ scope, attributes }: OtlpSpan, kind: ReturnType<typeof spanKind>): LeftOut {
  const isAgent = kind.is === "agent";
  const reason =
    kind.is === "aside"
      ? kind.reason
      : isAgent
        ? "agents, whose model calls are spans of their own"
        : kind.hasModel
          ? "neither messages nor an answer by a known convention"
          : "no model call among them";
  return {
    count: 1,
    kind: scope === "" ? "spans" : `spans of ${scope}`,
    reason,
    ...(kind.is !== "aside" && !isAgent && kind.hasModel ? { attributes: Object.keys(attributes) } : {}),
  };
}
