import type { Completion, ModelLayer } from "../../contracts/language-model.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { Answer } from "../../core/answer/answer.ts";
import { readAnswer } from "../../core/answer/read-answer.ts";
import { isJsonObject } from "../../core/data/json.ts";
import { ModelError } from "../../core/errors.ts";
import { believableUsage } from "../believable-usage.ts";
import { withComplete } from "./with-complete.ts";

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
