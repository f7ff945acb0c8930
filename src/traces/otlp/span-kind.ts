import { textIn } from "./attribute-values.ts";
import type { OtlpSpan } from "./otlp-span.ts";

/**
 * `model`: a call of a language model, or a span of unknown kind. `agent`: an agent around such calls. `step`: a
 * function of the application around them. `aside`: not a call, with the reason.
 */
type SpanKind =
  | {
      readonly is: "model" | "agent" | "step";
      /** Whether an attribute names a model or a convention for model calls. */
      readonly hasModel: boolean;
    }
  | { readonly is: "aside"; readonly reason: string };

const asides: readonly (readonly [RegExp, string])[] = [
  [/^(tool|task_tool|execute_tool)$/i, "calls of tools"],
  [/^(retriever|retrieval|vector_db|reranker)$/i, "searches"],
  [/^embeddings?$/i, "embeddings"],
  [/^(guardrail|evaluator|parser|memory|prompt)$/i, "steps without a model call"],
  [/^execute_event_loop_cycle$/i, "rounds of an agent, which repeat its model calls"],
];
const agents = /^(agent|invoke_agent|create_agent)$/i;
const steps = /^(chain|workflow|task|unknown|invoke_workflow)$/i;
/** Attributes that only spans of model calls have. */
const modelAttribute =
  /^(gen_ai\.(request|response|prompt|completion|input|output|usage)|llm\.|ai\.(model|prompt|response)|mlflow\.(chat|llm)|request_data$|gcp\.vertex\.agent\.llm_request$)/;

/** Distinguishes spans of model calls, agents, application steps and others. */
export function spanKind(span: OtlpSpan): SpanKind {
  const { attributes, name } = span;
  if (attributes["logfire.span_type"] === "pending_span")
    return { is: "aside", reason: "starts of spans, which follow whole" };
  if (opensStream(span))
    return { is: "aside", reason: "starts of streams, whose answers are in spans of their own" };
  const operation = textIn(attributes, "ai.operationId") ?? (name.startsWith("ai.") ? name : undefined);
  if (operation !== undefined) return vercelKind(operation);
  const kind = namedKind(span);
  const reason = kind && asides.find(([pattern]) => pattern.test(kind))?.[1];
  if (reason !== undefined) return { is: "aside", reason };
  const hasModel = Object.keys(attributes).some((key) => modelAttribute.test(key));
  if (kind !== undefined && agents.test(kind)) return { is: "agent", hasModel };
  return { is: kind !== undefined && steps.test(kind) ? "step" : "model", hasModel };
}

/** Logfire writes the answer of a stream, with the request, in another span when the stream ends. */
function opensStream({ scope, attributes, failure }: OtlpSpan): boolean {
  const answers = ["response_data", "gen_ai.output.messages", "gen_ai.usage.output_tokens", "events"];
  const isRequest = scope.startsWith("logfire") && "request_data" in attributes;
  return isRequest && failure === undefined && !answers.some((name) => name in attributes);
}

/** The kind that an attribute names, or that the names of a library imply. */
function namedKind({ attributes, name, scope }: OtlpSpan): string | undefined {
  const named = textIn(
    attributes,
    "openinference.span.kind",
    "mlflow.spanType",
    "traceloop.span.kind",
    "langsmith.span.kind",
    "gen_ai.operation.name",
  )?.replaceAll('"', "");
  if (named !== undefined) return named;
  if ("gen_ai.tool.name" in attributes) return "tool";
  // pydantic-ai before its version 2 of the conventions, and Google ADK.
  if ("agent_name" in attributes && ("final_result" in attributes || "all_messages_events" in attributes))
    return "agent";
  if (/^(gcp\.vertex\.agent|google\.adk)/.test(scope) && /^(invocation|agent_run|invoke_agent)\b/.test(name))
    return "agent";
  return undefined;
}

/** Of the AI SDK's spans, only the inner ones are model calls. */
function vercelKind(operation: string): SpanKind {
  if (/\.do(Generate|Stream)\b/.test(operation)) return { is: "model", hasModel: true };
  if (/^ai\.toolCall\b/.test(operation)) return { is: "aside", reason: "calls of tools" };
  if (/^ai\.embed/.test(operation)) return { is: "aside", reason: "embeddings" };
  return { is: "aside", reason: "outer spans, which repeat their model calls" };
}
