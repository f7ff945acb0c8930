import type { ModelLayer } from "../../contracts/language-model.ts";
import { ModelError } from "../../core/errors.ts";
import { abortedError } from "../aborted.ts";
import { withDeadline } from "../deadline.ts";
import { withComplete } from "./with-complete.ts";

/** One attempt, body included, takes no longer than this. */
export function deadlineLayer({
  timeoutMs,
  place,
}: {
  readonly timeoutMs: number;
  readonly place: string;
}): ModelLayer {
  return (model) => {
    const timedOut = () =>
      new ModelError(`${model.modelId} did not answer within ${timeoutMs / 1000} s`, {
        kind: "timeout",
        hint: `raise timeout_seconds of ${place}`,
      });
    return withComplete(model, (request) =>
      withDeadline({ timeoutMs, signal: request.signal, timedOut, aborted: abortedError }, (signal) =>
        model.complete({ ...request, signal }),
      ),
    );
  };
}
