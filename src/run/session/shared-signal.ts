import { setMaxListeners } from "node:events";

/** Each call under way may listen to the signal; that many listeners are no leak. Returns it. */
export function sharedSignal(signal: AbortSignal): AbortSignal {
  setMaxListeners(0, signal);
  return signal;
}
