import { ModelError } from "../../core/errors.ts";
import { abortedError, onAbort } from "../clock.ts";

/** Ends a call after too long a silence or when the caller aborts. */
export interface SilenceWatch {
  /** Fires on silence and on abort. */
  readonly signal: AbortSignal;
  /** Restarts the timer after data arrives. */
  active(): void;
  /** Stops the timer until the next activity: the consumer, not the provider, is slow. */
  rest(): void;
  /** The timeout error if the signal fired because of silence. */
  timedOut(): ModelError | undefined;
  /** Must be called when the call ends, whatever the outcome. */
  end(): void;
}

const longestTimerMs = 2 ** 31 - 1;

export function watchSilence(timeoutMs: number, caller: AbortSignal | undefined): SilenceWatch {
  const controller = new AbortController();
  let silence: ModelError | undefined;
  const stop = (): void => controller.abort(abortedError());
  const forget = onAbort(caller, stop);
  if (caller?.aborted === true) stop();
  let isResting = false;
  const timer = setTimeout(
    () => {
      if (isResting) timer.refresh();
      else if (!controller.signal.aborted) {
        silence = silent(timeoutMs);
        stop();
      }
    },
    Math.min(timeoutMs, longestTimerMs),
  );
  // An abandoned stream must not keep the process alive.
  timer.unref();
  return {
    signal: controller.signal,
    active() {
      isResting = false;
      timer.refresh();
    },
    rest() {
      isResting = true;
    },
    timedOut: () => silence,
    end() {
      clearTimeout(timer);
      forget();
    },
  };
}

function silent(timeoutMs: number): ModelError {
  return new ModelError(`no data from the model for ${Math.round(timeoutMs / 1000)} s`, {
    kind: "timeout",
  });
}
