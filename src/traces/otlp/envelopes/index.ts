import { isJsonObject, type JsonValue } from "../../../core/data/json.ts";
import { jsConsole, pythonConsole } from "./console.ts";
import type { Envelope, Telemetry } from "./envelope.ts";
import { jaeger } from "./jaeger.ts";
import { otlpJson, tempo } from "./otlp-json.ts";

/** All forms of files with spans. */
const envelopes: readonly Envelope[] = [otlpJson, tempo, jaeger, pythonConsole, jsConsole];

/** Whether a document has one of these forms. */
export function isTelemetry(document: JsonValue): boolean {
  return isJsonObject(document) && envelopes.some(({ recognizes }) => recognizes(document));
}

/** The telemetry in a document of any known form; undefined for other documents. */
export function readTelemetry(document: JsonValue): Telemetry | undefined {
  if (!isJsonObject(document)) return undefined;
  return envelopes.find(({ recognizes }) => recognizes(document))?.read(document);
}
