import type { Completion, FinishReason } from "../../contracts/language-model.ts";
import { ModelError } from "../../core/errors.ts";
import { isJsonObject } from "../../core/json.ts";
import type { ToolCall } from "../../core/message.ts";
import type { TokenUsage } from "../../core/usage.ts";

/** What of an answer cannot be told from the answer itself. */
export interface AnswerContext {
  /** For messages: `gpt-4o-mini at https://api.openai.com/v1`. */
  readonly who: string;
  readonly latencyMs: number;
  /** Used when the provider reports no usage. */
  estimateUsage(text: string): TokenUsage;
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  length: "length",
  tool_calls: "tool_calls",
  function_call: "tool_calls",
};

/** Reads a chat completion; throws ModelError `malformed`, `empty` or `content_filter`. */
export function readAnswer(answer: unknown, context: AnswerContext): Completion {
  const { who, latencyMs } = context;
  if (!isJsonObject(answer) || !Array.isArray(answer["choices"])) {
    throw new ModelError(`${who} answered with something that is no chat completion: ${excerpt(answer)}`, {
      kind: "malformed",
      hint: "is base_url that of an OpenAI-compatible endpoint (often it ends in /v1)?",
    });
  }
  const choice: unknown = answer["choices"][0];
  const message: unknown = isJsonObject(choice) ? choice["message"] : undefined;
  const text = isJsonObject(message) ? (textOf(message["content"]) ?? textOf(message["refusal"]) ?? "") : "";
  const usage = usageOf(answer["usage"]) ?? context.estimateUsage(text);
  if (!isJsonObject(choice) || !isJsonObject(message)) {
    throw new ModelError(`${who} answered without a choice`, { kind: "empty", usage });
  }
  if (choice["finish_reason"] === "content_filter") {
    throw new ModelError(`${who} withheld its answer: content filter`, { kind: "content_filter", usage });
  }
  return Object.freeze({
    text,
    toolCalls: toolCallsOf(message["tool_calls"]),
    finishReason: finishReasons[String(choice["finish_reason"])] ?? "other",
    usage,
    latencyMs,
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

/** Undefined where the provider does not report the tokens of both sides. */
export function usageOf(usage: unknown): TokenUsage | undefined {
  if (!isJsonObject(usage)) return undefined;
  const inputTokens = countOf(usage["prompt_tokens"]);
  const outputTokens = countOf(usage["completion_tokens"]);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const cachedInputTokens = countOf(memberOf(usage["prompt_tokens_details"], "cached_tokens"));
  const reasoningTokens = countOf(memberOf(usage["completion_tokens_details"], "reasoning_tokens"));
  return {
    inputTokens,
    outputTokens,
    ...(cachedInputTokens === undefined ? {} : { cachedInputTokens }),
    ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
  };
}

function memberOf(value: unknown, name: string): unknown {
  return isJsonObject(value) ? value[name] : undefined;
}

function countOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** The beginning of what came, on one line. */
export function excerpt(answer: unknown): string {
  const text = typeof answer === "string" ? answer : (JSON.stringify(answer) ?? "nothing");
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line || "an empty body";
}
