import type { Completion, ModelLayer } from "../../contracts/language-model.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { Answer } from "../../core/answer/answer.ts";
import { readAnswer } from "../../core/answer/read-answer.ts";
import { ModelError } from "../../core/errors.ts";
import { isJsonObject } from "../../core/json.ts";
import type { TokenUsage } from "../../core/usage.ts";
import { estimatedUsage } from "../estimated-usage.ts";
import { withComplete } from "./with-complete.ts";

/**
 * Whatever a provider leaves out of an answer is filled in: what kind of answer it is, its thinking, above all
 * its usage, without which a budget would not count. An answer that is no text at all is malformed.
 */
export function answerGuard({ reasoning }: Pick<ModelSpec, "reasoning">): ModelLayer {
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
      const { toolCalls = [], finishReason, usage, latencyMs }: Partial<Completion> = completion;
      const isReported = isUsage(usage) || completion.kind === "filtered";
      if (completion.kind !== undefined && isReported && latencyMs !== undefined) return completion;
      const answer = completion.kind === undefined ? read(completion, reasoning === "keep") : {};
      return Object.freeze({
        ...completion,
        toolCalls,
        ...answer,
        finishReason: finishReason ?? "stop",
        latencyMs: latencyMs ?? performance.now() - startedAt,
        ...(isReported
          ? {}
          : { usage: estimatedUsage(request.messages, completion.text), isEstimated: true }),
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

/** No tokens at all is how some servers say that they do not count. */
function isUsage(usage: Partial<TokenUsage> | undefined): usage is TokenUsage {
  return (
    isJsonObject(usage) &&
    isCount(usage.inputTokens) &&
    isCount(usage.outputTokens) &&
    usage.inputTokens + usage.outputTokens > 0
  );
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
