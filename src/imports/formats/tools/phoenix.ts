import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { tracesOfOtlp } from "../../../traces/otlp/traces-of-otlp.ts";
import { eachValue, type ImportFormat, type Part } from "../../import-format.ts";
import { instantOf, objectMember, parsedMember, textMember } from "../../json-members.ts";

/**
 * Spans of Phoenix and Arize: rows of `get_spans_dataframe()` as CSV or JSON Lines (`context.span_id`,
 * `attributes.llm.model_name` …), and the server's `/v1/projects/…/spans`. Attributes are OpenInference's, so the
 * spans are read as OTLP.
 * https://arize.com/docs/phoenix/tracing/how-to-tracing/importing-and-exporting-traces/extract-data-from-spans
 */
export const phoenix: ImportFormat = {
  name: "phoenix",
  summary: "Phoenix spans: JSON, JSON Lines and CSV",
  recognizes: (value) => isJsonObject(value) && spanOf(value) !== undefined,
  read: eachValue("phoenix", (value) => [partOf(value)]),
};

interface PhoenixSpan {
  readonly spanId: string;
  readonly traceId: string;
  readonly attributes: JsonObject;
}

/** Undefined if it is not a span of Phoenix. */
function spanOf(value: JsonObject): PhoenixSpan | undefined {
  const context = objectMember(value, "context") ?? {};
  const spanId = textMember(value, "context.span_id") ?? textMember(context, "span_id");
  const traceId = textMember(value, "context.trace_id") ?? textMember(context, "trace_id");
  const isSpan = "span_kind" in value && "start_time" in value && "name" in value;
  if (spanId === undefined || traceId === undefined || !isSpan) return undefined;
  const columns = Object.entries(value).flatMap(([name, cell]): [string, JsonValue][] =>
    name.startsWith("attributes.") && cell !== "" && cell !== null
      ? [[name.slice("attributes.".length), cell]]
      : [],
  );
  return {
    spanId,
    traceId,
    attributes: { ...objectMember(value, "attributes"), ...Object.fromEntries(columns) },
  };
}

function partOf(value: JsonValue): Part {
  const span = isJsonObject(value) ? spanOf(value) : undefined;
  if (!isJsonObject(value) || span === undefined)
    return { problem: "not a span (name, span_kind, start_time, context.span_id, context.trace_id)" };
  const startedAt = instantOf(value["start_time"]);
  if (startedAt === undefined) return { problem: "start_time is not a time" };
  const kind = textMember(value, "span_kind") ?? "UNKNOWN";
  const { traces } = tracesOfOtlp(otlpOf(value, span, startedAt, kind));
  const [trace] = traces;
  if (trace === undefined)
    return { leftOut: `spans of kind ${kind}`, reason: "no model call, and no input and output" };
  return { trace: { ...trace, source: "import:phoenix" } };
}

function otlpOf(value: JsonObject, span: PhoenixSpan, startedAt: string, kind: string): JsonObject {
  const attributes = { "openinference.span.kind": kind, ...flattened(span.attributes) };
  const isError = textMember(value, "status_code") === "ERROR";
  const parent = textMember(value, "parent_id");
  const one: JsonObject = {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(parent === undefined ? {} : { parentSpanId: parent }),
    name: textMember(value, "name") ?? "",
    startTimeUnixNano: nanoseconds(startedAt),
    endTimeUnixNano: nanoseconds(instantOf(value["end_time"]) ?? startedAt),
    attributes: Object.entries(attributes).map(([key, member]) => ({ key, value: attributeValue(member) })),
    status: isError ? { code: 2, message: textMember(value, "status_message") ?? "" } : {},
  };
  return { resourceSpans: [{ scopeSpans: [{ spans: [one] }] }] };
}

function nanoseconds(instant: string): string {
  return `${Date.parse(instant)}000000`;
}

function attributeValue(value: JsonValue): JsonObject {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "number") return { doubleValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return { stringValue: JSON.stringify(value) };
}

/** Attributes whose value is a text with JSON, or an object that is kept whole. */
const wholes =
  /^(input\.value|output\.value|metadata|llm\.invocation_parameters|llm\.prompt_template\.variables)$/;

/** Attributes as flat names, `llm.input_messages.0.message.role`; tables and the server also nest them. */
function flattened(attributes: JsonObject): JsonObject {
  const flat: [string, JsonValue][] = [];
  const add = (name: string, given: JsonValue): void => {
    if (wholes.test(name)) {
      flat.push([name, given]);
      return;
    }
    const value = parsedMember(given);
    const isListed = Array.isArray(value) && value.every(isJsonObject);
    const members = isListed
      ? [...value.entries()]
      : isJsonObject(value ?? null)
        ? Object.entries(value as JsonObject)
        : undefined;
    if (members === undefined) flat.push([name, given]);
    else for (const [key, member] of members) add(name === "" ? String(key) : `${name}.${key}`, member);
  };
  add("", attributes);
  return Object.fromEntries(flat);
}
