import { setMaxListeners } from "node:events";
import type { StopReason } from "../../contracts/run-record.ts";
import { type DaoOptError, InterruptedError, ModelError } from "../../core/errors.ts";

type StopSignal = "SIGINT" | "SIGTERM";

/** Sources of stop signals for a session. */
export interface Interrupts {
  /** Calls the listener until the returned function is called; `why` replaces the signal's name. */
  readonly onSignal: (listener: (signal: StopSignal, why?: string) => void) => () => void;
  /** Exits immediately. */
  readonly exitNow: (code: number) => void;
}

const names = { SIGINT: "Ctrl-C", SIGTERM: "SIGTERM" } as const;
const exits = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * The first signal aborts the calls in progress, the second exits. Returns a function that stops listening.
 */
export function listenForSignals(
  { onSignal, exitNow }: Interrupts,
  controller: AbortController,
  onFirst: (message: string) => void = () => {},
): () => void {
  let isSecond = false;
  return onSignal((signal, why = names[signal]) => {
    if (isSecond) return exitNow(exits[signal]);
    isSecond = true;
    onFirst(`stopping after ${why}: answers so far are kept; a second signal exits at once`);
    controller.abort(new InterruptedError(`stopped by ${why}`, signal));
  });
}

/** A separate controller that the parent's signal aborts too. */
interface LinkedController {
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
  /** Stops following the parent. */
  unlink(): void;
}

/**
 * Replaces `AbortSignal.any`: Node 20 may garbage-collect its signal while calls still wait on it, and then
 * they cannot be aborted.
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

/**
 * Every call in progress may listen to the signal; that many listeners are not a leak. Returns the signal.
 */
export function sharedSignal(signal: AbortSignal): AbortSignal {
  setMaxListeners(0, signal);
  return signal;
}

/** The stop reason of an error that leaves an optimization resumable; null for any other error. */
export function stopReasonOf(error: DaoOptError): StopReason | null {
  if (error instanceof InterruptedError) return "interrupted";
  if (!(error instanceof ModelError)) return null;
  if (error.kind === "rate_limit_exceeded") return "rate_limit";
  return error.kind === "quota" ? "quota" : null;
}
