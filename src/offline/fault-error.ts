import { ModelError } from "../core/errors.ts";
import { type FaultKind, simulatedRetryAfterMs } from "./faults.ts";

/** An injected fault as a provider's client would report it. */
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
      return new ModelError(`${who}: the connection was closed before an answer came (injected)`, {
        kind: "connection",
      });
    case "cut_json":
      return new ModelError(`${who}: the answer is no complete JSON (injected)`, { kind: "malformed" });
    case "empty_choices":
      return new ModelError(`${who}: the answer holds no choices (injected)`, {
        kind: "server",
        status: 200,
      });
    case "wrong_type":
      return new ModelError(`${who}: the answer is text/html, not JSON (injected)`, { kind: "malformed" });
  }
}
