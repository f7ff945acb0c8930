import { ModelError } from "../core/errors.ts";
import { chanceOf } from "./chance.ts";

/** Ways in which one attempt can fail. */
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

/** Milliseconds that a rate-limited client must wait. */
export const simulatedRetryAfterMs = 50;

/** Decides which attempts fail and how: the same seed fails the same attempts. */
export interface FaultInjector {
  /**
   * The fault of the next attempt at the request with this digest; undefined for none. `known` is its number if someone
   * else counts the attempts.
   */
  next(requestDigest: string, known?: number): FaultKind | undefined;
}

const mostRemembered = 100_000;

/** `faultRate` is the share of failing attempts, 0 to 1. */
export function createFaultInjector({ faultRate, seed }: { faultRate: number; seed: number }): FaultInjector {
  const attempts = new Map<string, number>();
  return {
    next(requestDigest, known) {
      if (faultRate <= 0) return undefined;
      const attempt = known ?? attempts.get(requestDigest) ?? 0;
      if (attempts.size >= mostRemembered) attempts.clear();
      attempts.set(requestDigest, attempt + 1);
      const place = [String(seed), requestDigest, String(attempt)];
      if (chanceOf("fault", ...place) >= faultRate) return undefined;
      return kinds[Math.floor(chanceOf("kind", ...place) * kinds.length)];
    },
  };
}

/** An injected fault as a provider's client reports it. */
export function simulatedFault(kind: FaultKind, who: string): ModelError {
  switch (kind) {
    case "rate_limit":
      return new ModelError(`${who}: 429, too many requests (injected)`, {
        kind: "rate_limit",
        status: 429,
        retryAfterMs: simulatedRetryAfterMs,
      });
    case "server_error":
      return new ModelError(`${who}: 500, internal error (injected)`, { kind: "server", status: 500 });
    case "unavailable":
      return new ModelError(`${who}: 503, overloaded (injected)`, { kind: "server", status: 503 });
    case "dropped":
      return new ModelError(`${who}: the connection was closed before an answer arrived (injected)`, {
        kind: "connection",
      });
    case "cut_json":
      return new ModelError(`${who}: the answer is incomplete JSON (injected)`, { kind: "malformed" });
    case "empty_choices":
      return new ModelError(`${who}: the answer contains no choices (injected)`, {
        kind: "server",
        status: 200,
      });
    case "wrong_type":
      return new ModelError(`${who}: the answer is text/html, not JSON (injected)`, { kind: "malformed" });
  }
}
