import { InterruptedError } from "../../core/errors.ts";

export type StopSignal = "SIGINT" | "SIGTERM";

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
