import { ModelError } from "../../core/errors.ts";
import { abortedError, onAbort } from "../clock.ts";

/** Ends a call in which nothing was heard for too long, or which its caller gave up. */
export interface SilenceWatch {
  /** Fires in both cases. */
  readonly signal: AbortSignal;
  /** Something came: the time starts again. */
  heard(): void;
  /** Until something is heard again, silence is not the provider's: it waits to be read. */
  rest(): void;
  /** The error when it was silence that the signal fired for. */
  timedOut(): ModelError | undefined;
  /** To be called when the call is over, however it ended. */
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
  // An answer that nobody reads on must not keep a program from its end.
  timer.unref();
  return {
    signal: controller.signal,
    heard() {
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
  return new ModelError(`nothing came from the model for ${Math.round(timeoutMs / 1000)} s`, {
    kind: "timeout",
  });
}
