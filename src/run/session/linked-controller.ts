import { sharedSignal } from "./shared-signal.ts";

/** A controller of its own that the parent's signal aborts too. */
export interface LinkedController {
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
