import { DaoOptError, type ErrorCode, type ErrorDetails } from "./dao-opt-error.ts";
import type { TokenUsage } from "./usage.ts";

/**
 * The kind of a failed call. `rate_limit` is temporary and retried; `rate_limit_exceeded` outlasted the model's
 * patience or asks for a longer wait; `quota` does not end by waiting.
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
  /** Tokens of a paid answer that cannot be used. */
  readonly usage?: TokenUsage | undefined;
  /** The operating system's name of a failed connection, for example `ECONNREFUSED`. */
  readonly systemCode?: string | undefined;
  /** The provider's own error code or type, for example `insufficient_quota`. */
  readonly providerCode?: string | undefined;
  /**
   * For an attempt stopped on this side: true if it was already sent, so that the provider may bill it; false if the
   * request was never sent although the error looks like an answer.
   */
  readonly wasSent?: boolean | undefined;
}

const retryableKinds: ReadonlySet<ModelErrorKind> = new Set([
  "rate_limit",
  "timeout",
  "connection",
  "server",
  "malformed",
]);
/** Statuses of an overloaded provider, which does not bill. */
const unbilledStatuses: ReadonlySet<number> = new Set([503, 529]);
const fatalKinds: ReadonlySet<ModelErrorKind> = new Set([
  "auth",
  "model_not_found",
  "quota",
  "unreachable",
  "rate_limit_exceeded",
]);

/** A model call without a usable answer. */
export class ModelError extends DaoOptError {
  readonly code: ErrorCode;
  readonly kind: ModelErrorKind;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly usage: TokenUsage | undefined;
  readonly systemCode: string | undefined;
  readonly providerCode: string | undefined;
  readonly wasSent: boolean | undefined;

  constructor(message: string, details: ModelErrorDetails) {
    super(message, details);
    this.kind = details.kind;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
    this.usage = details.usage;
    this.systemCode = details.systemCode;
    this.providerCode = details.providerCode;
    this.wasSent = details.wasSent;
    this.code = codeOfKind(details.kind);
  }

  /** A copy of the error with other details. */
  with(changes: Partial<ModelErrorDetails> & { readonly message?: string }): ModelError {
    const { kind, status, retryAfterMs, usage, systemCode, providerCode, wasSent, hint, cause } = this;
    const details = { kind, status, retryAfterMs, usage, systemCode, providerCode, wasSent, hint, cause };
    return new ModelError(changes.message ?? this.message, { ...details, ...changes });
  }

  /** Whether the same request is worth another attempt. */
  get isRetryable(): boolean {
    return retryableKinds.has(this.kind);
  }

  /**
   * Whether the attempt is billed. `answered`: an unusable 200, or a 5xx other than 503 and 529. `lost`: sent
   * without a response. `none`: rejected, or never sent.
   */
  get billing(): "none" | "answered" | "lost" {
    if (this.wasSent === false) return "none";
    if (this.status !== undefined) {
      const isRefused = (this.status >= 400 && this.status < 500) || unbilledStatuses.has(this.status);
      return isRefused ? "none" : "answered";
    }
    // Without a status: the error came with a 200, or nothing came.
    if (this.usage !== undefined || this.kind === "malformed" || this.kind === "server") return "answered";
    if (this.kind === "timeout") return "lost";
    if (this.kind === "connection") return this.systemCode === "ECONNREFUSED" ? "none" : "lost";
    return this.kind === "aborted" && this.wasSent === true ? "lost" : "none";
  }

  /** Whether the error concerns the setup rather than this request, so that the run ends at once. */
  get isFatal(): boolean {
    return fatalKinds.has(this.kind);
  }

  /** Ends the whole run: no other row or request can do better, or the run was stopped. */
  get endsRun(): boolean {
    return this.isFatal || this.kind === "aborted";
  }
}

function codeOfKind(kind: ModelErrorKind): ErrorCode {
  if (kind === "auth" || kind === "model_not_found" || kind === "quota") return "model_auth";
  if (kind === "unreachable") return "model_unreachable";
  if (kind === "rate_limit_exceeded") return "model_rate_limit";
  return kind === "aborted" ? "interrupted" : "model_failed";
}
