import type { Completion, FinishReason } from "../../contracts/language-model.ts";
import type { AnswerKind } from "../../core/answer/answer.ts";
import { type AnswerFault, unwrapBody } from "../../core/answer/answer-fault.ts";
import { readChatBody } from "../../core/answer/read-answer-body.ts";
import type { ReportedUsage } from "../../core/answer/read-usage.ts";
import { isJsonObject } from "../../core/data/json.ts";
import { ModelError } from "../../core/errors.ts";
import type { TokenUsage } from "../../core/usage.ts";

/** Context that the answer itself does not contain. */
interface AnswerContext {
  /** Name for messages, for example `gpt-4o-mini at https://api.openai.com/v1`. */
  readonly who: string;
  readonly latencyMs: number;
  /** The model's `reasoning: keep` setting. */
  readonly keepsReasoning: boolean;
  /** Used if the provider reports no usage. */
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

/** Reads a chat completion. Throws ModelError `malformed` or `server` if it holds no answer. */
export function readCompletion(body: unknown, context: AnswerContext): Completion {
  const { who, latencyMs, keepsReasoning } = context;
  const { fault, answer, usage } = readChatBody(body, { keepsReasoning });
  if (fault !== undefined || answer === undefined) {
    throw faultError(fault ?? { message: "no answer" }, body, usage, who);
  }
  const reported = wholeUsage(usage);
  return Object.freeze({
    ...answer,
    finishReason: finishReasons[answer.kind],
    usage: reported ?? context.estimateUsage(`${answer.reasoning ?? ""}${answer.text}`),
    ...(reported === undefined ? { isEstimated: true } : {}),
    latencyMs,
  });
}

/** A withheld answer: the provider's content policy rejected the request. Not billed. */
export function filteredCompletion(latencyMs: number): Completion {
  return Object.freeze({
    kind: "filtered",
    text: "",
    toolCalls: [],
    finishReason: "content_filter",
    usage: { inputTokens: 0, outputTokens: 0 },
    isUnbilled: true,
    latencyMs,
  });
}

/** The error for a 200 response with no answer or a broken one. */
export function faultError(
  { message, status, code }: AnswerFault,
  sent: unknown,
  reported: ReportedUsage | undefined,
  who: string,
): ModelError {
  const body = unwrapBody(sent);
  const usage = wholeUsage(reported);
  const isError = code !== undefined || status !== undefined;
  if (isError || (isJsonObject(body) && (Array.isArray(body["choices"]) || body["error"] != null))) {
    const shown = status === undefined ? "" : ` ${status}`;
    return new ModelError(`${who} returned an error${shown}: ${message}`, {
      kind: "server",
      usage,
      providerCode: code ?? (status === undefined ? undefined : String(status)),
    });
  }
  return new ModelError(`${who} returned ${message}`, {
    kind: "malformed",
    usage,
    hint: "check that base_url is the address of an OpenAI-compatible endpoint (it often ends in /v1)",
  });
}

/** Undefined unless the provider reports the tokens of both sides. */
export function wholeUsage(reported: ReportedUsage | undefined): TokenUsage | undefined {
  const { inputTokens, outputTokens, ...rest } = reported ?? {};
  return inputTokens === undefined || outputTokens === undefined
    ? undefined
    : { inputTokens, outputTokens, ...rest };
}
