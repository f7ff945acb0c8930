import type { JsonObject } from "../../core/data/json.ts";
import type { Trace } from "../../core/trace.ts";

export interface OtlpEvent {
  readonly name: string;
  readonly attributes: JsonObject;
}

/** A parsed span: attributes are plain JSON, times are ISO 8601, ids are hexadecimal. */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly latencyMs?: number;
  readonly attributes: JsonObject;
  readonly events: readonly OtlpEvent[];
  /** Set if the status of the span is an error; empty if it has no message. */
  readonly failure?: string;
  /** Attributes of the process that created the span. */
  readonly resource: JsonObject;
  /** Name of the instrumentation. */
  readonly scope: string;
}

/** Reads the trace fields of a span by one naming convention; empty if the span does not use it. */
export type Convention = (span: OtlpSpan) => Partial<Trace>;
