import type { Completion, FinishReason } from "../../contracts/language-model.ts";
import type { AnswerKind } from "../../core/answer/answer.ts";
import { type AnswerFault, answerFault } from "../../core/answer/answer-fault.ts";
import { readAnswer } from "../../core/answer/read-answer.ts";
import { readUsage } from "../../core/answer/read-usage.ts";
import { ModelError } from "../../core/errors.ts";
import { isJsonObject, type JsonObject } from "../../core/json.ts";
import type { ToolCall } from "../../core/message.ts";
import type { TokenUsage } from "../../core/usage.ts";

/** What of an answer cannot be told from the answer itself. */
export interface AnswerContext {
  /** For messages: `gpt-4o-mini at https://api.openai.com/v1`. */
  readonly who: string;
  readonly latencyMs: number;
  /** `reasoning: keep` of the model. */
  readonly keepsReasoning: boolean;
  /** Used when the provider reports no usage. */
  estimateUsage(text: string): TokenUsage;
}

const finishReasons: Readonly<Record<AnswerKind, FinishReason>> = {
  text: "stop",
  empty: "stop",
  refusal: "stop",
  tool_calls: "tool_calls",
  cut_off: "length",
  filtered: "content_filter",
};

/** Reads a chat completion; throws ModelError `malformed` or `server` where there is no answer in it. */
export function readCompletion(body: unknown, context: AnswerContext): Completion {
  const { who, latencyMs, keepsReasoning } = context;
  const fault = answerFault(body);
  if (fault !== undefined) throw faultError(fault, body, who);
  const { choices, usage } = body as { choices: [JsonObject]; usage?: unknown };
  const [choice] = choices;
  const message = isJsonObject(choice["message"]) ? choice["message"] : {};
  const answer = readAnswer(
    {
      content: message["content"],
      refusal: message["refusal"],
      reasoning: message["reasoning_content"] ?? message["reasoning"],
      toolCalls: toolCallsOf(message["tool_calls"]),
      finishReason: textOf(choice["finish_reason"]),
    },
    { keepsReasoning },
  );
  const reported = readUsage(usage);
  return Object.freeze({
    ...answer,
    finishReason: finishReasons[answer.kind],
    usage: reported ?? context.estimateUsage(`${answer.reasoning ?? ""}${answer.text}`),
    ...(reported === undefined ? { isEstimated: true } : {}),
    latencyMs,
  });
}

/** An answer that is withheld: the provider refused the request by its content policy. Not billed. */
export function filteredCompletion(latencyMs: number): Completion {
  return Object.freeze({
    kind: "filtered",
    text: "",
    toolCalls: [],
    finishReason: "content_filter",
    usage: { inputTokens: 0, outputTokens: 0 },
    latencyMs,
  });
}

function faultError({ message, status }: AnswerFault, body: unknown, who: string): ModelError {
  const usage = isJsonObject(body) ? readUsage(body["usage"]) : undefined;
  if (isJsonObject(body) && (Array.isArray(body["choices"]) || body["error"] !== undefined)) {
    const shown = status === undefined ? "" : ` ${status}`;
    return new ModelError(`${who} answered with an error${shown}: ${message}`, { kind: "server", usage });
  }
  return new ModelError(`${who} answered with ${message}`, {
    kind: "malformed",
    hint: "is base_url that of an OpenAI-compatible endpoint (often it ends in /v1)?",
  });
}

/** Text, or the text parts of a list of parts (some gateways answer so). */
export function textOf(content: unknown): string | undefined {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return undefined;
  return content
    .map((part: unknown) => (isJsonObject(part) && typeof part["text"] === "string" ? part["text"] : ""))
    .join("");
}

/** The tool calls of a message; what is no list has none. */
export function toolCallsOf(calls: unknown): readonly ToolCall[] {
  if (!Array.isArray(calls)) return [];
  return calls.filter(isJsonObject).map((call) => {
    const asked = isJsonObject(call["function"]) ? call["function"] : {};
    return {
      id: String(call["id"] ?? ""),
      name: String(asked["name"] ?? ""),
      arguments: String(asked["arguments"] ?? ""),
    };
  });
}
