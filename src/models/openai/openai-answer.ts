import type { Completion, FinishReason } from "../../contracts/language-model.ts";
import type { AnswerKind } from "../../core/answer/answer.ts";
import { type AnswerFault, unwrapBody } from "../../core/answer/answer-fault.ts";
import { readChatBody } from "../../core/answer/read-answer-body.ts";
import type { ReportedUsage } from "../../core/answer/read-usage.ts";
import { isJsonObject } from "../../core/data/json.ts";
import { ModelError } from "../../core/errors.ts";
import type { TokenUsage } from "../../core/usage.ts";

/** What of an answer cannot be told from the answer itself. */
interface AnswerContext {
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

/** An answer that is withheld: the provider refused the request by its content policy. Not billed. */
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

/** The error for a body with status 200 that holds none of an answer, or a broken one. */
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
    return new ModelError(`${who} answered with an error${shown}: ${message}`, {
      kind: "server",
      usage,
      providerCode: code ?? (status === undefined ? undefined : String(status)),
    });
  }
  return new ModelError(`${who} answered with ${message}`, {
    kind: "malformed",
    usage,
    hint: "is base_url that of an OpenAI-compatible endpoint (often it ends in /v1)?",
  });
}

/** Undefined where the provider does not report the tokens of both sides. */
export function wholeUsage(reported: ReportedUsage | undefined): TokenUsage | undefined {
  const { inputTokens, outputTokens, ...rest } = reported ?? {};
  return inputTokens === undefined || outputTokens === undefined
    ? undefined
    : { inputTokens, outputTokens, ...rest };
}
