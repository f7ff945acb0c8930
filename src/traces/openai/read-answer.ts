import { type BodyAnswer, readChatBody, readResponsesBody } from "../../core/answer/read-answer-body.ts";
import { type ReportedUsage, readReportedUsage } from "../../core/answer/read-usage.ts";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";
import type { Trace, TraceUsage } from "../../core/trace.ts";
import { costUsd, type Price } from "../../core/usage.ts";
import { withoutThinking } from "../answer-of-trace.ts";
import { faultFields } from "../error-fields.ts";
import { readChatMessage, type TracedEndpoint } from "./read-request.ts";

/** What is read of an answer. */
export type AnswerFields = Pick<
  Trace,
  | "output"
  | "outputMessage"
  | "toolCalls"
  | "reasoning"
  | "usage"
  | "finishReason"
  | "providerResponse"
  | "error"
  | "errorCode"
  | "errorStatus"
>;

/**
 * Reads the body of an answer into trace fields. An error in the body becomes the error of the trace. The
 * first of several choices counts; the body is stored whole.
 */
export function readAnswerFields(endpoint: TracedEndpoint, body: JsonValue): AnswerFields {
  const read = endpoint === "responses" ? readResponsesBody(body) : readChatBody(body);
  const { answer, fault, finishReason, message } = read;
  const usage = traceUsage(read.usage);
  const text = answer?.text ?? "";
  const isNull = text === "" && isSilent(endpoint, read);
  return {
    ...(answer === undefined || (fault !== undefined && isNull) ? {} : { output: isNull ? null : text }),
    ...(answer === undefined ? {} : outputMessage(endpoint, answer, message)),
    ...(answer === undefined || answer.toolCalls.length === 0 ? {} : { toolCalls: answer.toolCalls }),
    ...(answer?.reasoning === undefined ? {} : { reasoning: answer.reasoning }),
    ...(finishReason === undefined ? {} : { finishReason }),
    ...(fault === undefined ? {} : faultFields(fault)),
    ...(usage === undefined ? {} : { usage }),
    providerResponse: body,
  };
}

/** The tokens that a body reports. */
export function readTraceUsage(body: JsonObject): TraceUsage | undefined {
  return traceUsage(readReportedUsage(body["usage"]));
}

function traceUsage(reported: ReportedUsage | undefined): TraceUsage | undefined {
  if (reported === undefined) return undefined;
  const { cachedInputTokens: _, ...usage } = reported;
  return usage;
}

/** True if the answer wrote no text at all, as opposed to an empty text. */
function isSilent(endpoint: TracedEndpoint, { message, answer }: BodyAnswer): boolean {
  if (endpoint === "responses") return true;
  if (message === undefined) return answer?.kind === "filtered";
  return (message["content"] ?? null) === null || Array.isArray(message["content"]);
}

function outputMessage(
  endpoint: TracedEndpoint,
  answer: NonNullable<BodyAnswer["answer"]>,
  message: JsonObject | undefined,
): Pick<Trace, "outputMessage"> {
  if (endpoint !== "responses") {
    if (message === undefined) return {};
    const { reasoning_content: _, ...plain } = readChatMessage({
      role: "assistant",
      ...message,
    }) as ChatMessage & {
      readonly reasoning_content?: string;
    };
    return { outputMessage: withoutThinking(plain) };
  }
  const { text, toolCalls, kind } = answer;
  const isRefusal = kind === "refusal";
  const made: ChatMessage = {
    role: "assistant",
    content: text === "" ? null : text,
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    ...(isRefusal && text !== "" ? { refusal: text } : {}),
  };
  return { outputMessage: made };
}

type Costs = Pick<Trace, "promptCostUsd" | "outputCostUsd" | "costUsd">;

/** Cost in USD of input and output; null if price or tokens are unknown. */
export function callCost(
  usage: TraceUsage | undefined,
  cachedInputTokens: number | undefined,
  price: Price | undefined,
): Costs {
  const { inputTokens, outputTokens } = usage ?? {};
  if (inputTokens === undefined || outputTokens === undefined || price === undefined) {
    return { promptCostUsd: null, outputCostUsd: null, costUsd: null };
  }
  const cached = cachedInputTokens === undefined ? {} : { cachedInputTokens };
  const promptCostUsd = costUsd({ inputTokens, outputTokens: 0, ...cached }, price) ?? 0;
  const outputCostUsd = costUsd({ inputTokens: 0, outputTokens }, price) ?? 0;
  return { promptCostUsd, outputCostUsd, costUsd: promptCostUsd + outputCostUsd };
}

/** The number of input tokens from the provider's cache, as reported by either endpoint. */
export function cachedTokens(answer: Trace["providerResponse"]): number | undefined {
  const usage = memberOf(answer, "usage");
  const details = memberOf(usage, "prompt_tokens_details") ?? memberOf(usage, "input_tokens_details");
  const cached = memberOf(details, "cached_tokens");
  return typeof cached === "number" && cached >= 0 ? cached : undefined;
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
