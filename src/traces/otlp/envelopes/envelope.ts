import type { JsonObject } from "../../../core/data/json.ts";
import type { LeftOut } from "../left-out.ts";
import type { LogEvent } from "../log-events.ts";
import type { OtlpSpan } from "../otlp-span.ts";
import type { OtlpProblem } from "../read-spans.ts";

/** What a document of telemetry holds. */
export interface Telemetry {
  readonly spans: readonly OtlpSpan[];
  /** Log records of model calls. */
  readonly logs: readonly LogEvent[];
  readonly problems: readonly OtlpProblem[];
  /** Records of other kinds, counted. */
  readonly leftOut: readonly LeftOut[];
}

export const noTelemetry: Telemetry = { spans: [], logs: [], problems: [], leftOut: [] };

/** A form of JSON in which a tool writes spans, listed in `index.ts`. */
export interface Envelope {
  readonly name: string;
  /** True if the document has this form. Two members with the usual names are not enough. */
  recognizes(document: JsonObject): boolean;
  read(document: JsonObject): Telemetry;
}
