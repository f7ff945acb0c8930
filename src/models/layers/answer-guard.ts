import type { Completion, CompletionRequest, ModelLayer } from "../../contracts/language-model.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { Answer } from "../../core/answer/answer.ts";
import { readAnswer } from "../../core/answer/read-answer.ts";
import { isJsonObject } from "../../core/data/json.ts";
import { ModelError } from "../../core/errors.ts";
import { messageText } from "../../core/prompt/message.ts";
import { boundTokens, type TokenUsage } from "../../core/usage.ts";
import { estimatedUsage } from "../limits/answer-lengths.ts";
import { withComplete } from "./with-complete.ts";

/**
 * Fills in what a provider omits: the kind of answer, its reasoning, and above all its usage, which budgets
 * depend on. Rejects with ModelError `malformed` if the answer has no text.
 */
export function answerGuard({
  reasoning,
  parameters = {},
}: Partial<Pick<ModelSpec, "reasoning" | "parameters">>): ModelLayer {
  return (model) =>
    withComplete(model, async (request) => {
      const startedAt = performance.now();
      const completion = await model.complete(request);
      if (!isAnswer(completion)) {
        throw new ModelError(`${model.modelId} returned no text`, {
          kind: "malformed",
          hint: "a provider resolves to { text, toolCalls, finishReason, usage, latencyMs }",
        });
      }
      const { toolCalls = [], finishReason, latencyMs }: Partial<Completion> = completion;
      const answer = completion.kind === undefined ? read(completion, reasoning === "keep") : completion;
      const believed = believableUsage(
        request,
        { ...answer, toolCalls: answer.toolCalls ?? toolCalls, usage: completion.usage },
        parameters.maxTokens,
      );
      const isWhole = completion.kind !== undefined && latencyMs !== undefined;
      if (isWhole && believed.usage === completion.usage) return completion;
      return Object.freeze({
        ...completion,
        ...answer,
        toolCalls: answer.toolCalls ?? toolCalls,
        finishReason: finishReason ?? "stop",
        latencyMs: latencyMs ?? performance.now() - startedAt,
        usage: believed.usage,
        ...(believed.isEstimated ? { isEstimated: true } : {}),
      });
    });
}

function read({ text, toolCalls = [], finishReason }: Completion, keepsReasoning: boolean): Answer {
  return readAnswer({ content: text, toolCalls, finishReason }, { keepsReasoning });
}

/** Provider modules are plain JavaScript, so their return type is not guaranteed. */
function isAnswer(value: unknown): boolean {
  return isJsonObject(value) && typeof value["text"] === "string";
}

/** No model reads or writes more tokens than this in one request. */
const largestContext = 2_000_000;
/**
 * Actual usage may exceed the estimate from the texts by this factor, plus the overhead of gateways and images.
 */
const factor = 10;
const allowance = 200_000;

/** Usage as recorded in the budget. */
interface BelievedUsage {
  readonly usage: TokenUsage;
  /** Whether any part is an estimate. */
  readonly isEstimated: boolean;
}

type Answered = Pick<Completion, "text" | "reasoning" | "toolCalls" | "kind"> & {
  readonly usage?: Partial<TokenUsage> | undefined;
};

/**
 * Returns the reported usage if it is plausible. A side that is missing, not a count, or larger than the request
 * could cause is replaced by an estimate from the texts, including reasoning. `limit` is the limit of output
 * tokens.
 */
export function believableUsage(
  { messages, parameters }: CompletionRequest,
  answer: Answered,
  ownLimit?: number,
): BelievedUsage {
  const { usage, kind } = answer;
  if (kind === "filtered" && isJsonObject(usage) && isCount(usage.inputTokens) && isCount(usage.outputTokens))
    return { usage: usage as TokenUsage, isEstimated: false };
  const calls = answer.toolCalls.map(({ name, arguments: given }) => `${name}${given}`).join("");
  const written = `${answer.reasoning ?? ""}${answer.text}${calls}`;
  const estimate = (): TokenUsage => estimatedUsage(messages, written);
  if (!isJsonObject(usage)) return { usage: estimate(), isEstimated: true };
  const reported = usage as Partial<TokenUsage>;
  const isInput = isBelievable(reported.inputTokens, () =>
    messages.reduce((sum, message) => sum + boundTokens(messageText(message)), 0),
  );
  const limit = parameters?.maxTokens ?? ownLimit ?? -1;
  const isOutput =
    limit > 0
      ? isBelievable(reported.outputTokens, () => boundTokens(written) + limit)
      : isCount(reported.outputTokens) && reported.outputTokens <= largestContext;
  // Some servers report zero tokens for a side they do not count.
  const hasInput =
    isInput && (reported.inputTokens !== 0 || messages.every((one) => messageText(one) === ""));
  const hasOutput = isOutput && (reported.outputTokens !== 0 || written === "");
  if (hasInput && hasOutput) return { usage: reported as TokenUsage, isEstimated: false };
  const guess = estimate();
  if (!hasInput && !hasOutput) return { usage: guess, isEstimated: true };
  const mixed = hasInput
    ? { ...reported, outputTokens: guess.outputTokens }
    : { ...reported, inputTokens: guess.inputTokens };
  return { usage: mixed as TokenUsage, isEstimated: true };
}

/** `bound` is computed only for large figures because it reads all texts. */
function isBelievable(figure: unknown, bound: () => number): boolean {
  if (!isCount(figure) || figure > largestContext) return false;
  return figure <= allowance || figure <= factor * bound() + allowance;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
