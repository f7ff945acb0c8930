import { setMaxListeners } from "node:events";
import type { StopReason } from "../../contracts/run-record.ts";
import { type DaoOptError, InterruptedError, ModelError } from "../../core/errors.ts";

type StopSignal = "SIGINT" | "SIGTERM";

/** How a session learns that it is to stop. */
export interface Interrupts {
  /** Calls back until the returned function is called; `why` in place of the signal's name. */
  readonly onSignal: (listener: (signal: StopSignal, why?: string) => void) => () => void;
  /** Leaves at once. */
  readonly exitNow: (code: number) => void;
}

const names = { SIGINT: "Ctrl-C", SIGTERM: "SIGTERM" } as const;
const exits = { SIGINT: 130, SIGTERM: 143 } as const;

/** The first signal aborts what is under way, the second leaves. Returns how to stop listening. */
export function listenForSignals(
  { onSignal, exitNow }: Interrupts,
  controller: AbortController,
  onFirst: (message: string) => void = () => {},
): () => void {
  let isSecond = false;
  return onSignal((signal, why = names[signal]) => {
    if (isSecond) return exitNow(exits[signal]);
    isSecond = true;
    onFirst(`stopping after ${why}: what is answered is kept; once more leaves at once`);
    controller.abort(new InterruptedError(`stopped by ${why}`, signal));
  });
}

/** A controller of its own that the parent's signal aborts too. */
interface LinkedController {
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
  /** Forgets the parent. */
  unlink(): void;
}

/**
 * Does what `AbortSignal.any` promises: Node 20 may collect that one's signal as garbage while calls
 * still wait on it, and then nothing stops them.
 */
export function linkedController(parent: AbortSignal): LinkedController {
  const own = new AbortController();
  const follow = (): void => own.abort(parent.reason);
  if (parent.aborted) follow();
  else parent.addEventListener("abort", follow, { once: true });
  return {
    signal: sharedSignal(own.signal),
    abort: (reason) => own.abort(reason),
    unlink: () => parent.removeEventListener("abort", follow),
  };
}

/** Each call under way may listen to the signal; that many listeners are no leak. Returns it. */
export function sharedSignal(signal: AbortSignal): AbortSignal {
  setMaxListeners(0, signal);
  return signal;
}

/** Why an error ended an optimization that can be gone on with; null for any other error. */
export function stopReasonOf(error: DaoOptError): StopReason | null {
  if (error instanceof InterruptedError) return "interrupted";
  if (!(error instanceof ModelError)) return null;
  if (error.kind === "rate_limit_exceeded") return "rate_limit";
  return error.kind === "quota" ? "quota" : null;
}
