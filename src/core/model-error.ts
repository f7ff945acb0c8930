import { DaoOptError, type ErrorCode, type ErrorDetails } from "./dao-opt-error.ts";
import type { TokenUsage } from "./usage.ts";

/**
 * What a failed call is. `rate_limit` may pass and is waited for; `rate_limit_exceeded` was waited for as long
 * as the model's patience lasts, or asks for more than that; `quota` does not pass by waiting.
 */
export type ModelErrorKind =
  | "auth"
  | "model_not_found"
  | "quota"
  | "unreachable"
  | "rate_limit"
  | "rate_limit_exceeded"
  | "timeout"
  | "connection"
  | "server"
  | "malformed"
  | "empty"
  | "refusal"
  | "content_filter"
  | "length"
  | "bad_request"
  | "aborted";

export interface ModelErrorDetails extends ErrorDetails {
  readonly kind: ModelErrorKind;
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  /** Tokens of an answer that came, and was paid for, but cannot be used. */
  readonly usage?: TokenUsage | undefined;
  /** What the operating system called a failed connection, for example `ECONNREFUSED`. */
  readonly systemCode?: string | undefined;
}

const retryableKinds: ReadonlySet<ModelErrorKind> = new Set([
  "rate_limit",
  "timeout",
  "connection",
  "server",
  "malformed",
]);
/** Statuses of an overloaded provider, which bills nothing. */
const unbilledStatuses: ReadonlySet<number> = new Set([503, 529]);
const fatalKinds: ReadonlySet<ModelErrorKind> = new Set([
  "auth",
  "model_not_found",
  "quota",
  "unreachable",
  "rate_limit_exceeded",
]);

/** A model call that brought no usable answer. */
export class ModelError extends DaoOptError {
  readonly code: ErrorCode;
  readonly kind: ModelErrorKind;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly usage: TokenUsage | undefined;
  readonly systemCode: string | undefined;

  constructor(message: string, details: ModelErrorDetails) {
    super(message, details);
    this.kind = details.kind;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
    this.usage = details.usage;
    this.systemCode = details.systemCode;
    this.code = codeOfKind(details.kind);
  }

  /** The same error with other details. */
  with(changes: Partial<ModelErrorDetails> & { readonly message?: string }): ModelError {
    const { kind, status, retryAfterMs, usage, systemCode, hint, cause } = this;
    const details = { kind, status, retryAfterMs, usage, systemCode, hint, cause };
    return new ModelError(changes.message ?? this.message, { ...details, ...changes });
  }

  /** Worth another attempt at the same request. */
  get isRetryable(): boolean {
    return retryableKinds.has(this.kind);
  }

  /**
   * Is the attempt billed? `answered`: a 200 that cannot be used, or a 5xx other than 503 and 529. `lost`: sent,
   * and nothing came back. `none`: refused, or never sent.
   */
  get billing(): "none" | "answered" | "lost" {
    if (this.status !== undefined) {
      const isRefused = (this.status >= 400 && this.status < 500) || unbilledStatuses.has(this.status);
      return isRefused ? "none" : "answered";
    }
    if (this.kind === "timeout") return "lost";
    if (this.kind === "connection") return this.systemCode === "ECONNREFUSED" ? "none" : "lost";
    return this.kind === "malformed" || this.kind === "server" ? "answered" : "none";
  }

  /** Concerns the set-up, not this request: the run ends at once. */
  get isFatal(): boolean {
    return fatalKinds.has(this.kind);
  }
}

function codeOfKind(kind: ModelErrorKind): ErrorCode {
  if (kind === "auth" || kind === "model_not_found" || kind === "quota") return "model_auth";
  if (kind === "unreachable") return "model_unreachable";
  if (kind === "rate_limit_exceeded") return "model_rate_limit";
  return kind === "aborted" ? "interrupted" : "model_failed";
}
