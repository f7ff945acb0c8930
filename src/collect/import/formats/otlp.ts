import { isJsonObject, type JsonValue } from "../../../core/data/json.ts";
import { tracesOfOtlp } from "../../../traces/otlp/traces-of-otlp.ts";
import { eachValue, type Part } from "../each-value.ts";
import type { ImportFormat } from "../import-format.ts";

/** OTLP's JSON: one export request a document or a line, as collectors and exporters write to files. */
export const otlp: ImportFormat = {
  name: "otlp",
  summary: "OTLP JSON traces, with the conventions of GenAI, OpenInference and others",
  recognises: (value) => isJsonObject(value) && Array.isArray(value["resourceSpans"]),
  read: eachValue("otlp", parts),
};

function* parts(value: JsonValue): Generator<Part> {
  if (!isJsonObject(value) || !Array.isArray(value["resourceSpans"])) {
    yield { problem: "resourceSpans is missing, or no list" };
    return;
  }
  const { traces, problems } = tracesOfOtlp(value);
  for (const trace of traces) yield { trace: { ...trace, source: "import:otlp" } };
  for (const { message } of problems) yield { problem: message };
}
