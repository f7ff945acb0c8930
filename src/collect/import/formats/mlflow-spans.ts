import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { instantOf, objectMember, parsedMember, textMember, valueIn } from "../json-members.ts";

/** A span in any of MLflow's three formats. */
export interface ImportedSpan {
  readonly id: string | undefined;
  readonly parentId: string | undefined;
  readonly name: string | undefined;
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  /** `mlflow.spanType`: `LLM`, `CHAT_MODEL`, `CHAIN`, `RETRIEVER` … */
  readonly type: string;
  readonly input: JsonValue | undefined;
  readonly output: JsonValue | undefined;
  readonly error: string | undefined;
  /** Attributes without their own field; values are parsed. */
  readonly attributes: JsonObject;
}

const taken = ["mlflow.spanType", "mlflow.spanInputs", "mlflow.spanOutputs", "mlflow.traceRequestId"];

/**
 * Reads spans of MLflow 3 (`span_id`, `start_time_unix_nano`), MLflow 2 (`context`, `start_time`) and OTLP as
 * returned by its server.
 */
export function mlflowSpan(span: JsonObject): ImportedSpan {
  const attributes = attributesOf(span["attributes"]);
  const rest = Object.entries(attributes).filter(([name]) => !taken.includes(name));
  const status = objectMember(span, "status");
  const code = String(status?.["code"] ?? span["status_code"] ?? "");
  const isError = /ERROR|^2$/.test(code);
  return {
    id: textMember(span, "span_id", "spanId") ?? textMember(objectMember(span, "context") ?? {}, "span_id"),
    parentId: textMember(span, "parent_span_id", "parentSpanId", "parent_id"),
    name: textMember(span, "name"),
    startedAt: instantOf(
      valueIn(span, "start_time_unix_nano", "startTimeUnixNano", "start_time", "start_time_ns"),
    ),
    endedAt: instantOf(valueIn(span, "end_time_unix_nano", "endTimeUnixNano", "end_time", "end_time_ns")),
    type: String(attributes["mlflow.spanType"] ?? ""),
    input: attributes["mlflow.spanInputs"],
    output: attributes["mlflow.spanOutputs"],
    error: isError
      ? (textMember(status ?? {}, "message") ??
        textMember(span, "status_message") ??
        exceptionOf(span) ??
        "error")
      : undefined,
    attributes: Object.fromEntries(rest),
  };
}

/** Each value is JSON text, including strings. OTLP has a list of keys and typed values. */
function attributesOf(value: JsonValue | undefined): JsonObject {
  const pairs = Array.isArray(value)
    ? value.filter(isJsonObject).map((pair: JsonObject): [string, JsonValue] => {
        const typed = isJsonObject(pair["value"]) ? Object.values(pair["value"])[0] : pair["value"];
        return [String(pair["key"]), typed ?? null];
      })
    : Object.entries(isJsonObject(value) ? value : {});
  return Object.fromEntries(pairs.map(([name, packed]) => [name, unquoted(packed)]));
}

function unquoted(value: JsonValue): JsonValue {
  if (typeof value === "string" && /^\s*("|true|false|null|-?\d)/.test(value)) {
    try {
      return JSON.parse(value) as JsonValue;
    } catch {
      return value;
    }
  }
  return parsedMember(value) ?? null;
}

function exceptionOf(span: JsonObject): string | undefined {
  const events = Array.isArray(span["events"]) ? span["events"].filter(isJsonObject) : [];
  for (const event of events) {
    const message = textMember(attributesOf(event["attributes"]), "exception.message");
    if (message !== undefined) return message;
  }
  return undefined;
}
