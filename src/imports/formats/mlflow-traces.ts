import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { TraceFeedback } from "../../core/trace.ts";
import { restoreText } from "../../mlflow/traces/restore-text.ts";
import { eachValue, type ImportFormat, type Part, type TraceDraft } from "../import-format.ts";
import {
  elapsedMs,
  instantOf,
  leftovers,
  numberMember,
  objectMember,
  parsedMember,
  textMember,
  valueIn,
} from "../json-members.ts";
import { usageFields } from "../payload-output.ts";
import { feedbackOfScore, unknownMoment } from "../score-feedback.ts";
import { mergedOther, type SpanRole, spanPayload } from "../span-trace.ts";
import { type SpanContent, spanContent } from "./mlflow-spans.ts";

const modelTypes: ReadonlySet<string> = new Set(["LLM", "CHAT_MODEL"]);
const infoMembers = new Set([
  "trace_id",
  "request_id",
  "request_time",
  "timestamp_ms",
  "execution_duration",
  "execution_duration_ms",
  "execution_time_ms",
  "assessments",
  "request_preview",
  "response_preview",
  "state",
  "status",
]);
const rowMembers = new Set(["trace", "spans", "request", "response", "info", "data"]);

/**
 * Traces of MLflow 2 and 3: `Trace.to_json()`, the table of `search_traces()`, and responses of the server.
 * The root span becomes a trace, and every span below it becomes a trace of its own.
 */
export const mlflowTraces: ImportFormat = {
  name: "mlflow-traces",
  summary: "MLflow traces: Trace.to_json(), search_traces() tables, server responses",
  recognizes: (value) => isJsonObject(value) && traceOf(value) !== undefined,
  read: eachValue("mlflow-traces", parts),
};

interface TraceSource {
  readonly info: JsonObject;
  readonly spans: readonly JsonObject[];
}

/** Undefined if it is not a trace of MLflow. */
function traceOf(value: JsonObject): TraceSource | undefined {
  const inner = objectMember(value, "trace");
  if (inner !== undefined) return traceOf(inner);
  const info = objectMember(value, "info", "trace_info");
  if (info !== undefined && textMember(info, "trace_id", "request_id") !== undefined) {
    const spans = objectMember(value, "data")?.["spans"] ?? value["spans"];
    return { info, spans: objectsIn(spans) };
  }
  const isRow =
    textMember(value, "trace_id", "request_id") !== undefined &&
    "spans" in value &&
    ("trace_metadata" in value || "request_metadata" in value || "tags" in value);
  if (!isRow) return undefined;
  const flat = Object.entries(value).filter(([name]) => !rowMembers.has(name));
  return { info: Object.fromEntries(flat), spans: objectsIn(parsedMember(value["spans"])) };
}

function* parts(value: JsonValue): Generator<Part> {
  const trace = isJsonObject(value) ? traceOf(value) : undefined;
  if (trace === undefined) {
    yield { problem: "not an MLflow trace: info with a trace_id and data with spans are missing" };
    return;
  }
  const spans = trace.spans.flatMap((span) => spanContent(span) ?? []);
  const root = spans.find(({ parentId }) => parentId === undefined) ?? spans[0];
  const traceId = textMember(trace.info, "trace_id", "request_id") ?? "";
  const unread = trace.spans.length - spans.length;
  if (unread > 0) {
    const count = unread === 1 ? "1 span has" : `${unread} spans have`;
    yield { problem: `trace ${traceId}: ${count} no id, or no start time` };
    if (root === undefined) return;
  }
  if (root === undefined) {
    yield { problem: `trace ${traceId} has no spans (they are in its artifact traces.json)` };
    return;
  }
  yield { trace: rootTrace(traceId, trace.info, root) };
  for (const span of spans) {
    if (span !== root) yield { trace: innerTrace(traceId, root, span) };
  }
}

function rootTrace(traceId: string, info: JsonObject, root: SpanContent): TraceDraft {
  const metadata = objectMember(info, "trace_metadata", "request_metadata") ?? {};
  const tags = tagsOf(info["tags"]);
  const written = {
    ...root,
    input: restoreText(root.input, metadata, "inputs"),
    output: restoreText(root.output, metadata, "outputs"),
  };
  const draft = spanDraft(written, modelTypes.has(root.type) ? "model" : "root");
  const usage = usageFields(parsedMember(metadata["mlflow.trace.tokenUsage"]));
  const prompts = objectsIn(parsedMember(tags["mlflow.linkedPrompts"]));
  const [linked] = prompts;
  const name = linked === undefined ? undefined : textMember(linked, "name");
  const version = linked === undefined ? undefined : numberMember(linked, "version");
  return {
    ...draft,
    ...usage,
    traceId,
    startedAt: instantOf(valueIn(info, "request_time", "timestamp_ms")) ?? draft.startedAt,
    latencyMs: durationMs(info) ?? draft.latencyMs,
    chatId: textMember(metadata, "mlflow.trace.session"),
    user: textMember(metadata, "mlflow.trace.user"),
    name: textMember(tags, "mlflow.traceName") ?? root.name,
    ...(name === undefined || prompts.length > 1
      ? {}
      : { prompt: { path: name, ...(version === undefined ? {} : { version }) } }),
    error: draft.error ?? (/ERROR/.test(textMember(info, "state", "status") ?? "") ? "error" : undefined),
    feedback: assessmentsOf(parsedMember(info["assessments"])),
    other: mergedOther("mlflow", draft.other, leftovers("mlflow", { ...info, tags }, infoMembers)),
  };
}

function innerTrace(traceId: string, root: SpanContent, span: SpanContent): TraceDraft {
  const isBelowRoot = span.parentId === undefined || span.parentId === root.id;
  return {
    ...spanDraft(span, modelTypes.has(span.type) ? "model" : "step"),
    traceId: `${traceId}:${span.id}`,
    parentId: isBelowRoot ? traceId : `${traceId}:${span.parentId}`,
    chainId: traceId,
  };
}

function spanDraft(span: SpanContent, role: SpanRole): TraceDraft {
  const { fields, kept } = spanPayload("mlflow", role, span.input, span.output);
  const { attributes, startedAt, endedAt } = span;
  const usage = usageFields(attributes["mlflow.chat.tokenUsage"]);
  return {
    name: span.name,
    startedAt,
    endedAt,
    latencyMs: elapsedMs(startedAt, endedAt),
    ...fields,
    ...usage,
    model: fields.model ?? textMember(attributes, "mlflow.llm.model", "gen_ai.request.model"),
    provider: textMember(attributes, "mlflow.llm.provider", "gen_ai.system"),
    error: span.error,
    other: mergedOther("mlflow", kept, leftovers("mlflow", { span_type: span.type, attributes }, new Set())),
  };
}

/** Reads `1.234s` or milliseconds. */
function durationMs(info: JsonObject): number | undefined {
  const text = textMember(info, "execution_duration");
  const seconds = text === undefined ? undefined : /^([\d.]+)s$/.exec(text)?.[1];
  if (seconds !== undefined) return Math.round(Number(seconds) * 1000);
  return numberMember(info, "execution_duration_ms", "execution_time_ms", "execution_duration");
}

function tagsOf(value: JsonValue | undefined): JsonObject {
  const tags = parsedMember(value);
  if (isJsonObject(tags)) return tags;
  return Object.fromEntries(
    objectsIn(tags).flatMap((tag): [string, JsonValue][] =>
      typeof tag["key"] === "string" ? [[tag["key"], tag["value"] ?? null]] : [],
    ),
  );
}

/** Feedback becomes a rating; an expected response becomes the better response. */
function assessmentsOf(value: JsonValue | undefined): TraceDraft["feedback"] {
  const all = objectsIn(value).flatMap((one): readonly TraceFeedback[] => {
    const name = textMember(one, "assessment_name", "name") ?? "";
    const at = instantOf(valueIn(one, "create_time", "create_time_ms", "timestamp"));
    const by = textMember(objectMember(one, "source") ?? {}, "source_id");
    const expected = objectMember(one, "expectation")?.["value"];
    if (expected !== undefined && name === "expected_response" && typeof expected === "string") {
      return [
        {
          betterResponse: expected,
          ...(by === undefined ? {} : { by }),
          at: at ?? unknownMoment,
        },
      ];
    }
    const score = objectMember(one, "feedback")?.["value"] ?? expected;
    return feedbackOfScore({ name, value: score, comment: textMember(one, "rationale"), by, at });
  });
  return all.length === 0 ? undefined : all;
}

function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  const list = parsedMember(value);
  return Array.isArray(list)
    ? list.map((one: JsonValue) => parsedMember(one) ?? null).filter(isJsonObject)
    : [];
}
