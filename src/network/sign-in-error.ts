import { DaoOptError, type ErrorCode, type ErrorDetails } from "../core/errors.ts";

/**
 * `refused`: the credentials are wrong or incomplete. `unreachable`: the address is wrong. `passing`: the same request
 * may succeed later.
 */
export type SignInErrorKind = "refused" | "unreachable" | "passing";

interface SignInErrorDetails extends ErrorDetails {
  readonly kind: SignInErrorKind;
  readonly status?: number | undefined;
  /** The operating system's name of a failed connection, for example `ECONNREFUSED`. */
  readonly systemCode?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/**
 * No access token could be obtained, so the request that needs it was not sent. Never holds a credential. Models and
 * MLflow convert it to their own errors.
 */
export class SignInError extends DaoOptError {
  readonly code: ErrorCode;
  readonly kind: SignInErrorKind;
  readonly status: number | undefined;
  readonly systemCode: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, details: SignInErrorDetails) {
    super(message, details);
    this.kind = details.kind;
    this.status = details.status;
    this.systemCode = details.systemCode;
    this.retryAfterMs = details.retryAfterMs;
    this.code = codes[details.kind];
  }
}

const codes = {
  refused: "model_auth",
  unreachable: "model_unreachable",
  passing: "model_failed",
} as const satisfies Record<SignInErrorKind, ErrorCode>;
