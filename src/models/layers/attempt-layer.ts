import type { AttemptLog } from "../../contracts/answer-store.ts";
import type { CompletionRequest, ModelLayer } from "../../contracts/language-model.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import { ModelError } from "../../core/errors.ts";
import type { AnswerLengths } from "../limits/answer-lengths.ts";
import { outputLimitOf } from "../limits/output-limit-of.ts";
import { abortedError, throwIfAborted } from "../timing/aborted.ts";
import { withComplete } from "./with-complete.ts";

export interface AttemptOptions {
  readonly spec: ModelSpec;
  readonly lengths: AnswerLengths;
  /** Absent where nobody resumes. */
  readonly log: AttemptLog | undefined;
  /** Is the model asked in place of another one? */
  readonly isFallback: boolean;
}

/**
 * One attempt at the moment it is sent, when every limit has let it through. It is reported to `onSend` and written
 * down, so that a process that is killed leaves an account of what it had under way; an attempt that is stopped
 * from here is marked as sent. Belongs over the provider and its deadline, and under everything that waits.
 */
export function attemptLayer({ spec, lengths, log, isFallback }: AttemptOptions): ModelLayer {
  const answeredBy = isFallback ? { answeredBy: spec.name } : {};
  return (model) =>
    withComplete(model, async (request: CompletionRequest) => {
      const { address, signal } = request;
      throwIfAborted(signal);
      request.onSend?.({ maxOutputTokens: outputLimitOf(spec, request.parameters) });
      if (log !== undefined && address !== undefined) {
        await log.sending(address, { estimate: lengths.lostUsage(spec, request), ...answeredBy });
        if (signal?.aborted === true) {
          log.ended(address);
          throw abortedError();
        }
      }
      try {
        const completion = await model.complete(request);
        if (completion.isEstimated !== true) lengths.note(spec, completion.usage.outputTokens);
        return completion;
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
        if (error.kind === "aborted") throw error.with({ wasSent: true });
        if (error.billing === "none" && address !== undefined) log?.ended(address);
        throw error;
      }
    });
}
