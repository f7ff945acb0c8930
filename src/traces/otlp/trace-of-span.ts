import type { JsonObject } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import type { Trace } from "../../core/trace.ts";
import { withReadAnswer } from "../answer-of-trace.ts";
import { type ErrorFields, errorFields } from "../error-fields.ts";
import { askedRequest } from "../model-name.ts";
import { numberIn, textIn } from "./attribute-values.ts";
import { conventions } from "./conventions/index.ts";
import type { OtlpSpan } from "./otlp-span.ts";

/** Attributes of conventions or of the transport. All others belong to the application. */
const known =
  /^(gen_ai|ai|llm|openinference|traceloop|mlflow|langsmith|logfire|pydantic_ai|input|output|session|user|enduser|metadata|prompt|telemetry|otel|server|client|network|net|http|url|rpc|thread|code|error|exception|operation|resource|openai|peer|process|host|service)(\.|$)/;
/** Attributes of libraries whose content is in the fields of the trace. */
const readElsewhere =
  /^(request_data|response_data|events|all_messages_events|final_result|model_request_parameters|system_prompt|async|gcp\.vertex\.agent\.(llm_request|llm_response|session_id)|span\.kind)$/;

/** Attributes with the requested model in conventions that distinguish it from the responding one. */
const askedModel = ["gen_ai.request.model", "llm.request.model", "ai.model.id"] as const;

/** The trace of a span; undefined if it has neither an input nor an answer. */
export function traceOfSpan(span: OtlpSpan): Trace | undefined {
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
      chatId: fields.chatId ?? textIn(attributes, "session.id"),
      user: fields.user ?? textIn(attributes, "user.id", "enduser.id"),
      name: fields.name ?? (span.name === "" ? undefined : span.name),
      environment: textIn(resource, "deployment.environment.name", "deployment.environment"),
      providerRequest: askedRequest(textIn(attributes, ...askedModel), fields.model),
      ...failure,
      endedAt,
      latencyMs,
    }),
    traceId: `${span.traceId}-${span.spanId}`,
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
  return Object.fromEntries(
    Object.entries(attributes).filter(([key]) => !known.test(key) && !readElsewhere.test(key)),
  );
}

function origin({ resource, scope }: OtlpSpan): JsonObject {
  return defined({
    service_name: textIn(resource, "service.name"),
    instrumentation: scope === "" ? undefined : scope,
  }) as JsonObject;
}
