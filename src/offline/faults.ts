import { chanceOf } from "./chance.ts";

/** What can go wrong with one attempt at a call. */
export type FaultKind =
  | "rate_limit"
  | "server_error"
  | "unavailable"
  | "dropped"
  | "cut_json"
  | "empty_choices"
  | "wrong_type";

const kinds: readonly FaultKind[] = [
  "rate_limit",
  "server_error",
  "unavailable",
  "dropped",
  "cut_json",
  "empty_choices",
  "wrong_type",
];

/** Milliseconds a rate-limited client is told to wait. */
export const simulatedRetryAfterMs = 50;

/** Decides which attempts fail, and how: the same seed fails the same attempts. */
export interface FaultInjector {
  /** The fault of the next attempt at this request (known by its digest); undefined for none. */
  next(requestDigest: string): FaultKind | undefined;
}

const mostRemembered = 100_000;

/** `faultRate` is the share of attempts that fail, 0 … 1. */
export function createFaultInjector({ faultRate, seed }: { faultRate: number; seed: number }): FaultInjector {
  const attempts = new Map<string, number>();
  return {
    next(requestDigest) {
      if (faultRate <= 0) return undefined;
      const attempt = attempts.get(requestDigest) ?? 0;
      if (attempts.size >= mostRemembered) attempts.clear();
      attempts.set(requestDigest, attempt + 1);
      const place = [String(seed), requestDigest, String(attempt)];
      if (chanceOf("fault", ...place) >= faultRate) return undefined;
      return kinds[Math.floor(chanceOf("kind", ...place) * kinds.length)];
    },
  };
}
