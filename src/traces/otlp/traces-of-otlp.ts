import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import type { Trace } from "../../core/trace.ts";
import { withReadAnswer } from "../answer-of-trace.ts";
import { type ErrorFields, errorFields } from "../error-fields.ts";
import { askedRequest } from "../model-name.ts";
import { numberIn, textIn } from "./attribute-values.ts";
import { genAi } from "./conventions/gen-ai.ts";
import { mlflow } from "./conventions/mlflow.ts";
import { openInference } from "./conventions/open-inference.ts";
import { traceloop } from "./conventions/traceloop.ts";
import { vercelAi } from "./conventions/vercel-ai.ts";
import { type Convention, type OtlpProblem, type OtlpSpan, readSpans } from "./read-spans.ts";

interface OtlpTraces {
  /** Ordered by start time. */
  readonly traces: readonly Trace[];
  readonly problems: readonly OtlpProblem[];
  /** Number of valid spans. */
  readonly spans: number;
}

/**
 * Converts an OTLP `ExportTraceServiceRequest` (JSON format) to traces. Spans of model calls, and of
 * application steps with input and output, become traces. A trace's id consists of trace and span id, so the
 * same span always gives the same trace; `chainId` is the OpenTelemetry trace. Tools, searches and other
 * spans are skipped, and their children are attached to the nearest kept ancestor.
 */
export function tracesOfOtlp(json: JsonValue): OtlpTraces {
  const { spans, problems } = readSpans(json);
  const byId = new Map(spans.map((span) => [`${span.traceId}-${span.spanId}`, span]));
  const isKept = new Map<OtlpSpan, boolean>();
  const keeps = (span: OtlpSpan): boolean => {
    const known = isKept.get(span);
    if (known !== undefined) return known;
    const kept = spanKind(span) !== "aside" && traceOfSpan(span, undefined) !== undefined;
    isKept.set(span, kept);
    return kept;
  };
  /** The nearest kept ancestor. A span that is missing in this request may be in another one. */
  const parentOf = ({ traceId, parentSpanId }: OtlpSpan): string | undefined => {
    const seen = new Set<string>();
    let above = parentSpanId;
    while (above !== undefined && !seen.has(above)) {
      seen.add(above);
      const parent = byId.get(`${traceId}-${above}`);
      if (parent === undefined || keeps(parent)) return above;
      above = parent.parentSpanId;
    }
    return undefined;
  };
  const traces = spans
    .filter(keeps)
    .flatMap((span) => traceOfSpan(span, parentOf(span)) ?? [])
    .sort((one, other) => (one.startedAt < other.startedAt ? -1 : one.startedAt > other.startedAt ? 1 : 0));
  return { traces, problems, spans: spans.length };
}

/** In order of precedence. */
const conventions: readonly Convention[] = [genAi, vercelAi, openInference, traceloop, mlflow];

/** Attributes of conventions or of the transport. All others belong to the application. */
const known =
  /^(gen_ai|ai|llm|openinference|traceloop|mlflow|input|output|session|user|enduser|metadata|prompt|telemetry|otel|server|client|network|net|http|url|rpc|thread|code|error|exception|operation|resource|openai|peer|process|host|service)(\.|$)/;

/** Attributes with the requested model in conventions that distinguish it from the responding one. */
const askedModel = ["gen_ai.request.model", "llm.request.model", "ai.model.id"] as const;

function idOfSpan({ traceId }: Pick<OtlpSpan, "traceId">, spanId: string): string {
  return `${traceId}-${spanId}`;
}

/** The trace of a span; undefined if it has neither an input nor an answer. */
export function traceOfSpan(span: OtlpSpan, parentSpanId: string | undefined): Trace | undefined {
  const fields: Partial<Trace> = withReadAnswer(
    Object.assign({}, ...conventions.toReversed().map((convention) => convention(span))) as Partial<Trace>,
  );
  const { messages, output, inputs, toolCalls } = fields;
  const failure = errorOf(span);
  const error = failure?.error;
  if (messages === undefined && output === undefined && inputs === undefined && toolCalls === undefined) {
    if (error === undefined || fields.model === undefined) return undefined;
  }
  const { attributes, resource, startedAt, endedAt, latencyMs } = span;
  const metadata = { ...applicationAttributes(attributes), ...fields.metadata, ...origin(span) };
  return {
    ...fields,
    ...defined({
      parentId: parentSpanId === undefined ? undefined : idOfSpan(span, parentSpanId),
      chatId: fields.chatId ?? textIn(attributes, "session.id"),
      user: fields.user ?? textIn(attributes, "user.id", "enduser.id"),
      name: fields.name ?? (span.name === "" ? undefined : span.name),
      environment: textIn(resource, "deployment.environment.name", "deployment.environment"),
      providerRequest: askedRequest(textIn(attributes, ...askedModel), fields.model),
      ...failure,
      endedAt,
      latencyMs,
    }),
    traceId: idOfSpan(span, span.spanId),
    chainId: span.traceId,
    startedAt,
    source: "otlp",
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
  };
}

/** The error type is an exception class, a provider's error code, or an HTTP status (`429`). */
function errorOf({ failure, attributes, events }: OtlpSpan): ErrorFields | undefined {
  const thrown = events.find(({ name }) => name === "exception")?.attributes ?? {};
  const type = textIn(attributes, "error.type") ?? textIn(thrown, "exception.type");
  if (failure === undefined && textIn(attributes, "error.type") === undefined) return undefined;
  const statusMessage = failure === "" ? undefined : failure;
  const message =
    statusMessage ?? textIn(thrown, "exception.message") ?? type ?? "the span ended with an error";
  const status = numberIn(attributes, "http.response.status_code", "http.status_code") ?? statusOf(type);
  return errorFields(message, type, status !== undefined && status >= 400 ? status : undefined);
}

function statusOf(type: string | undefined): number | undefined {
  return type !== undefined && /^[45]\d\d$/.test(type) ? Number(type) : undefined;
}

function applicationAttributes(attributes: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => !known.test(key)));
}

function origin({ resource, scope }: OtlpSpan): JsonObject {
  return defined({
    service_name: textIn(resource, "service.name"),
    instrumentation: scope === "" ? undefined : scope,
  }) as JsonObject;
}

/**
 * `model`: a call of a language model. `step`: a function of the application around such calls. `aside`:
 * tools, searches, embeddings, and the AI SDK's outer span, which duplicates its model calls.
 */
type SpanKind = "model" | "step" | "aside";

const asides =
  /^"?(tool|retriever|retrieval|embeddings?|reranker|guardrail|evaluator|parser|memory|execute_tool|vector_db|task_tool)"?$/i;

function spanKind({ attributes, name }: OtlpSpan): SpanKind {
  const kind = textIn(
    attributes,
    "openinference.span.kind",
    "mlflow.spanType",
    "traceloop.span.kind",
    "gen_ai.operation.name",
  );
  const operation = textIn(attributes, "ai.operationId") ?? (name.startsWith("ai.") ? name : undefined);
  if (operation !== undefined) return /\.do(Generate|Stream)\b/.test(operation) ? "model" : "aside";
  if (kind !== undefined && asides.test(kind)) return "aside";
  return kind !== undefined &&
    /^"?(chain|agent|workflow|task|unknown|invoke_agent|create_agent|invoke_workflow)"?$/i.test(kind)
    ? "step"
    : "model";
}
