import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import type { SdkContent, SdkFinish, SdkResult, SdkUsage } from "./sdk-model.ts";

/** An answer of the AI SDK as the body of a chat completion, which the one reader of answers reads. */
export function answerBody(result: SdkResult, model: string): JsonObject {
  const { content, finishReason, usage, response } = result;
  const calls = content.filter(isOwnCall);
  // The package's stand-in for a body in which it found no answer.
  if (content.length === 0 && isUnended(finishReason)) return { object: "chat.completion", choices: [] };
  const reasoning = joined(content, "reasoning");
  const text = joined(content, "text");
  const message = {
    role: "assistant",
    content: text === "" && calls.length > 0 ? null : text,
    ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(toolCallBody) }),
  };
  return {
    ...defined({ id: response?.id }),
    object: "chat.completion",
    model: response?.modelId ?? model,
    choices: [{ index: 0, message, ...endOf(finishReason) }],
    ...defined({ usage: usageBody(usage) }),
  };
}

function joined(content: readonly SdkContent[], type: string): string {
  return content.map((part) => (part.type === type ? (part.text ?? "") : "")).join("");
}

export function isOwnCall({ type, providerExecuted }: { type: string; providerExecuted?: boolean }): boolean {
  return type === "tool-call" && providerExecuted !== true;
}

export function toolCallBody({ toolCallId = "", toolName = "", input = "" }: Omit<SdkContent, "type">) {
  return { id: toolCallId, type: "function", function: { name: toolName, arguments: input } };
}

const finishReasons: Readonly<Record<string, string>> = {
  "tool-calls": "tool_calls",
  "content-filter": "content_filter",
};

/** Whether the provider sent no reason for the end: the packages fill it in when a body or stream ends without one. */
export function isUnended({ unified, raw }: SdkFinish): boolean {
  // Specification v4 has a value of its own for it.
  return unified === "interrupted" || (unified === "other" && (raw === undefined || raw === ""));
}

/**
 * The end of a choice: OpenAI's finish reason, and the provider's own beside it. Only the
 * provider's own distinguishes a refusal from a filter.
 */
export function endOf({ unified, raw }: SdkFinish): JsonObject {
  const own = raw === undefined || raw === "" ? undefined : raw;
  const reason = own === "refusal" ? own : (finishReasons[unified] ?? unified);
  const isUnknown = unified === "other" && own !== undefined;
  return {
    finish_reason: isUnknown ? own : reason,
    ...(own === undefined ? {} : { native_finish_reason: own }),
    ...(unified === "error" ? { error: { message: `the answer ended as ${own ?? "an error"}` } } : {}),
  };
}

/** Undefined if the provider reports none. The total of the input includes what was read from and written to a cache. */
export function usageBody({ inputTokens, outputTokens }: SdkUsage): JsonValue | undefined {
  const { total: input, cacheRead, cacheWrite } = inputTokens;
  const { total: output, reasoning } = outputTokens;
  if (input === undefined && output === undefined) return undefined;
  return {
    ...defined({ prompt_tokens: input, completion_tokens: output }),
    prompt_tokens_details: defined({ cached_tokens: cacheRead, cache_write_tokens: cacheWrite }),
    completion_tokens_details: defined({ reasoning_tokens: reasoning }),
  };
}
