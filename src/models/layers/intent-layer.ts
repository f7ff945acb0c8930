import type { AttemptLog } from "../../contracts/answer-store.ts";
import type { CompletionRequest, ModelLayer, UnusedAttempt } from "../../contracts/language-model.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import { ModelError } from "../../core/errors.ts";
import { abortedError } from "../aborted.ts";
import { createLostEstimate } from "../lost-estimate.ts";
import { withComplete } from "./with-complete.ts";

export interface IntentOptions {
  readonly spec: Pick<ModelSpec, "name" | "parameters">;
  /** Absent where nobody resumes. */
  readonly log: AttemptLog | undefined;
  /** Is the model asked in place of another one? */
  readonly isFallback: boolean;
}

/**
 * Writes every attempt down right before it is sent, so that a process that is killed leaves an account of what
 * it had under way. An attempt that is dropped because the run stops is reported as lost. Belongs over the
 * provider and its deadline, and under everything that may keep a call waiting.
 */
export function intentLayer({ spec, log, isFallback }: IntentOptions): ModelLayer {
  const lost = createLostEstimate(spec.parameters);
  const answeredBy = isFallback ? { answeredBy: spec.name } : {};
  return (model) =>
    withComplete(model, async (request) => {
      const { address, signal } = request;
      if (log !== undefined && address !== undefined) {
        await log.sending(address, { estimate: lost.of(request), ...answeredBy });
        if (signal?.aborted === true) {
          log.ended(address);
          throw abortedError();
        }
      }
      try {
        const completion = await model.complete(request);
        lost.note(completion);
        return completion;
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
        if (error.kind === "aborted") request.onUnused?.(dropped(request));
        else if (error.billing === "none" && address !== undefined) log?.ended(address);
        throw error;
      }
    });

  function dropped(request: CompletionRequest): UnusedAttempt {
    return { ...lost.of(request), isLost: true, isEstimated: true };
  }
}
