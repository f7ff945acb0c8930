import type { AttemptLog } from "../../contracts/answer-store.ts";
import type { CompletionRequest, ModelLayer } from "../../contracts/language-model.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import { isDaoOptError, ModelError, type ModelErrorDetails } from "../../core/errors.ts";
import { abortedError, throwIfAborted } from "../clock.ts";
import { withDeadline } from "../deadline.ts";
import type { AnswerLengths } from "../limits/answer-lengths.ts";
import { outputLimitOf } from "../limits/known-models.ts";
import { withComplete } from "./with-complete.ts";

interface AttemptOptions {
  readonly spec: ModelSpec;
  readonly lengths: AnswerLengths;
  /** Absent if the run cannot be resumed. */
  readonly log: AttemptLog | undefined;
  /** Whether the model is called as a fallback for another one. */
  readonly isFallback: boolean;
}

/**
 * One attempt at the moment it is sent, after all limits let it through. Reports it to `onSend` and logs it, so
 * that a killed process leaves a record of calls in progress. An attempt aborted below this layer is marked as
 * sent. Must sit above the provider and its deadline, and below every layer that waits.
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
        // The error of a job that no worker had started has `wasSent: false`.
        if (error.kind === "aborted" && error.wasSent === undefined) throw error.with({ wasSent: true });
        if (error.billing === "none" && address !== undefined) log?.ended(address);
        throw error;
      }
    });
}

interface DeadlineOptions extends Pick<ModelSpec, "timeoutMs" | "longTimeoutMs"> {
  /** Config path of the timeout setting. */
  readonly place: string;
}

/** Limits the duration of one attempt, including its body. */
export function deadlineLayer({ timeoutMs, longTimeoutMs, place }: DeadlineOptions): ModelLayer {
  return (model) =>
    withComplete(model, (request) => {
      const ownMs = request.isLong === true ? (longTimeoutMs ?? timeoutMs) : timeoutMs;
      const timedOut = () =>
        new ModelError(`${model.modelId} did not answer within ${ownMs / 1000} s`, {
          kind: "timeout",
          hint: `increase timeout_seconds of ${place}`,
        });
      return withDeadline(
        { timeoutMs: ownMs, signal: request.signal, timedOut, aborted: abortedError },
        (signal) => model.complete({ ...request, signal }),
      );
    });
}

/**
 * Ensures that a provider rejects only with ModelError. A user's provider module may throw anything; `translate`
 * converts it as if the `openai` client had thrown it.
 */
export function errorGuard(translate: (error: unknown) => ModelError): ModelLayer {
  return (model) =>
    withComplete(model, async (request) => {
      try {
        return await model.complete(request);
      } catch (error) {
        if (error instanceof ModelError) throw error;
        throw isForeignCopy(error) ? new ModelError(error.message, error) : translate(error);
      }
    });
}

/** A ModelError from another copy of this package, imported by a user's module. */
function isForeignCopy(error: unknown): error is Error & ModelErrorDetails {
  return isDaoOptError(error) && error.name === "ModelError" && "kind" in error;
}
