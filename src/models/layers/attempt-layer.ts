import type { CompletionRequest, ModelLayer } from "../../contracts/language-model.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import { ModelError } from "../../core/errors.ts";
import { throwIfAborted } from "../aborted.ts";
import type { AnswerLengths } from "../answer-lengths.ts";
import { outputLimitOf } from "../output-limit-of.ts";
import { withComplete } from "./with-complete.ts";

/**
 * One attempt at the moment it is sent, when every limit has let it through: reports it to `onSend`, learns how long
 * answers are, and marks an attempt that is stopped from here as sent.
 */
export function attemptLayer(spec: ModelSpec, lengths: AnswerLengths): ModelLayer {
  return (model) =>
    withComplete(model, async (request: CompletionRequest) => {
      throwIfAborted(request.signal);
      request.onSend?.({ maxOutputTokens: outputLimitOf(spec, request.parameters) });
      try {
        const completion = await model.complete(request);
        if (completion.isEstimated !== true) lengths.note(spec, completion.usage.outputTokens);
        return completion;
      } catch (error) {
        if (!(error instanceof ModelError) || error.kind !== "aborted") throw error;
        const { message, hint, cause } = error;
        throw new ModelError(message, { kind: "aborted", hint, cause, wasSent: true });
      }
    });
}
