import type { JsonObject } from "../../core/data/json.ts";

export interface OtlpEvent {
  readonly name: string;
  readonly attributes: JsonObject;
}

/** A span as conventions read it: attributes are plain JSON, times are ISO 8601, ids are hexadecimal. */
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
  /** Set when the span's status is an error; empty when it does not say which. */
  readonly failure?: string;
  /** Attributes of the process that made it. */
  readonly resource: JsonObject;
  /** Name of the instrumentation. */
  readonly scope: string;
}
