import type { Trace } from "../../../core/trace.ts";
import type { OtlpSpan } from "../otlp-span.ts";

/** What a span says under one set of names; empty when it does not use them. */
export type Convention = (span: OtlpSpan) => Partial<Trace>;
