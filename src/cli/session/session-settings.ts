import type { SessionLimits } from "../../run/session/session-guard.ts";
import type { Settings } from "../settings.ts";

/** `--max-calls`, `--max-cost` and `--timeout` as limits of a session. */
export function sessionLimits({ maxCalls, maxCost, timeout }: Settings): SessionLimits {
  return {
    ...(maxCalls === undefined ? {} : { calls: maxCalls }),
    ...(maxCost === undefined ? {} : { usd: maxCost }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
  };
}

/** `--only` where it was given. */
export function onlyOf({ only }: Settings): { readonly only?: readonly string[] } {
  return only === undefined ? {} : { only };
}
