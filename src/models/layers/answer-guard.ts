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

/** No model reads or writes more than this in one request. */
const largestContext = 2_000_000;
/** A request may be dearer than its texts by this factor, and by what a gateway or an image adds. */
const factor = 10;
const allowance = 200_000;

/** Usage as it is booked. */
interface BelievedUsage {
  readonly usage: TokenUsage;
  /** Is a part of it an estimate? */
  readonly isEstimated: boolean;
}

type Answered = Pick<Completion, "text" | "reasoning" | "toolCalls" | "kind"> & {
  readonly usage?: Partial<TokenUsage> | undefined;
};

/**
 * The reported usage where it can be believed; an estimate from the texts, thinking included, for a side that is
 * missing, is no count, or is more than the request can have come to. `limit` is that of the output tokens.
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
  // No tokens at all is how some servers say that they do not count a side.
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

/** `bound` is asked only where the figure is large: it goes over all the texts. */
function isBelievable(figure: unknown, bound: () => number): boolean {
  if (!isCount(figure) || figure > largestContext) return false;
  return figure <= allowance || figure <= factor * bound() + allowance;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

/**
 * Whatever a provider leaves out of an answer is filled in: what kind of answer it is, its thinking, above all
 * its usage, without which a budget would not count. An answer that is no text at all is malformed.
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
        throw new ModelError(`${model.modelId} answered without a text`, {
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

/** A provider module is plain JavaScript: what it resolves to is not what its type says. */
function isAnswer(value: unknown): boolean {
  return isJsonObject(value) && typeof value["text"] === "string";
}
