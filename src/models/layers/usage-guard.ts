import type { Completion, ModelLayer } from "../../contracts/language-model.ts";
import { ModelError } from "../../core/errors.ts";
import { isJsonObject } from "../../core/json.ts";
import type { TokenUsage } from "../../core/usage.ts";
import { estimatedUsage } from "../estimated-usage.ts";
import { withComplete } from "./with-complete.ts";

/**
 * Whatever a provider forgets to say of an answer is filled in: above all its usage, without which a
 * budget would not count. An answer that is no text at all is malformed.
 */
export const usageGuard: ModelLayer = (model) =>
  withComplete(model, async (request) => {
    const startedAt = performance.now();
    const completion = await model.complete(request);
    if (!isAnswer(completion)) {
      throw new ModelError(`${model.modelId} answered without a text`, {
        kind: "malformed",
        hint: "a provider resolves to { text, toolCalls, finishReason, usage, latencyMs }",
      });
    }
    const { toolCalls, finishReason, usage, latencyMs }: Partial<Completion> = completion;
    if (isUsage(usage) && toolCalls !== undefined && finishReason !== undefined && latencyMs !== undefined) {
      return completion;
    }
    return Object.freeze({
      ...completion,
      toolCalls: toolCalls ?? [],
      finishReason: finishReason ?? "stop",
      latencyMs: latencyMs ?? performance.now() - startedAt,
      usage: isUsage(usage) ? usage : estimatedUsage(request.messages, completion.text),
    });
  });

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
