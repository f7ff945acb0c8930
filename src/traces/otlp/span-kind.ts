import { textIn } from "./attribute-values.ts";
import type { OtlpSpan } from "./otlp-span.ts";

/**
 * `model`: a call of a language model. `step`: a function of the application around such calls. `aside`: tools,
 * searches, embeddings, and the AI SDK's frame around its own model calls, which says the same again.
 */
export type SpanKind = "model" | "step" | "aside";

const asides =
  /^"?(tool|retriever|retrieval|embeddings?|reranker|guardrail|evaluator|parser|memory|execute_tool|vector_db|task_tool)"?$/i;

export function spanKind({ attributes, name }: OtlpSpan): SpanKind {
  const told = textIn(
    attributes,
    "openinference.span.kind",
    "mlflow.spanType",
    "traceloop.span.kind",
    "gen_ai.operation.name",
  );
  const operation = textIn(attributes, "ai.operationId") ?? (name.startsWith("ai.") ? name : undefined);
  if (operation !== undefined) return /\.do(Generate|Stream)\b/.test(operation) ? "model" : "aside";
  if (told !== undefined && asides.test(told)) return "aside";
  return told !== undefined &&
    /^"?(chain|agent|workflow|task|unknown|invoke_agent|create_agent|invoke_workflow)"?$/i.test(told)
    ? "step"
    : "model";
}
