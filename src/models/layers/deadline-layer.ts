import type { ModelLayer } from "../../contracts/language-model.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import { ModelError } from "../../core/errors.ts";
import { abortedError } from "../timing/aborted.ts";
import { withDeadline } from "../timing/deadline.ts";
import { withComplete } from "./with-complete.ts";

export interface DeadlineOptions extends Pick<ModelSpec, "timeoutMs" | "longTimeoutMs"> {
  /** Where in the config the time is set. */
  readonly place: string;
}

/** One attempt, body included, takes no longer than this. */
export function deadlineLayer({ timeoutMs, longTimeoutMs, place }: DeadlineOptions): ModelLayer {
  return (model) =>
    withComplete(model, (request) => {
      const ownMs = request.isLong === true ? (longTimeoutMs ?? timeoutMs) : timeoutMs;
      const timedOut = () =>
        new ModelError(`${model.modelId} did not answer within ${ownMs / 1000} s`, {
          kind: "timeout",
          hint: `raise timeout_seconds of ${place}`,
        });
      return withDeadline(
        { timeoutMs: ownMs, signal: request.signal, timedOut, aborted: abortedError },
        (signal) => model.complete({ ...request, signal }),
      );
    });
}
