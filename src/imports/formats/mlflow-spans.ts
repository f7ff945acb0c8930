import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import { parseExactJson } from "../../formats/exact-json.ts";
import { decodeMlflowSpan, type MlflowSpan } from "../../mlflow/traces/decode-span.ts";
import { textMember } from "../json-members.ts";

/** What a trace takes from a span of MLflow. */
export interface SpanContent {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly name: string | undefined;
  readonly startedAt: string;
  readonly endedAt: string | undefined;
  /** `mlflow.spanType`: `LLM`, `CHAT_MODEL`, `CHAIN`, `RETRIEVER` … */
  readonly type: string;
  readonly input: JsonValue | undefined;
  readonly output: JsonValue | undefined;
  readonly error: string | undefined;
  /** Attributes without their own field. */
  readonly attributes: JsonObject;
}

const taken = ["mlflow.spanType", "mlflow.spanInputs", "mlflow.spanOutputs", "mlflow.traceRequestId"];

/** Reads a span as the server or the Python client writes it; undefined if it has no ids or no start. */
export function spanContent(json: JsonObject): SpanContent | undefined {
  const span = decodeMlflowSpan(json);
  if (span === undefined) return undefined;
  const { attributes, failure } = span;
  const rest = Object.entries(attributes).filter(([name]) => !taken.includes(name));
  return {
    id: span.spanId,
    parentId: span.parentSpanId,
    name: span.name === "" ? undefined : span.name,
    startedAt: span.startedAt,
    endedAt: span.endedAt,
    type: textMember(attributes, "mlflow.spanType") ?? "",
    input: attributes["mlflow.spanInputs"],
    output: attributes["mlflow.spanOutputs"],
    error: failure === "" ? (exceptionOf(span) ?? "error") : failure,
    attributes: Object.fromEntries(rest.map(([name, value]) => [name, unquoted(value)])),
  };
}

/** The Python client writes each text as a JSON text, also those of other conventions. */
function unquoted(value: JsonValue): JsonValue {
  if (typeof value !== "string" || !/^".*"$/s.test(value)) return value;
  try {
    return parseExactJson(value);
  } catch {
    return value;
  }
}

function exceptionOf({ events }: MlflowSpan): string | undefined {
  const messages = events.flatMap(({ attributes }) => {
    const text = textMember(attributes, "exception.message");
    return text === undefined ? [] : [String(unquoted(text))];
  });
  return messages[0];
}
