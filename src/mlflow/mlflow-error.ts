import { DaoOptError, type ErrorCode, type ErrorDetails } from "../core/errors.ts";

/**
 * `unconfigured`: no address, or credentials are missing. `not_mlflow`: the address is not that of an MLflow server, or
 * of one that is too old. `unreadable`: an answer that is cut off or is not JSON.
 * `ambiguous`: several things have the name. `unsupported`: this server does not have what was asked for.
 */
export type MlflowErrorKind =
  | "unconfigured"
  | "not_mlflow"
  | "unauthorized"
  | "forbidden"
  | "unreachable"
  | "timeout"
  | "redirect"
  | "not_found"
  | "conflict"
  | "rejected"
  | "rate_limit"
  | "server"
  | "unreadable"
  | "ambiguous"
  | "unsupported";

export interface MlflowErrorDetails extends ErrorDetails {
  readonly kind: MlflowErrorKind;
  readonly status?: number | undefined;
  /** The server's own code, for example `RESOURCE_DOES_NOT_EXIST`. */
  readonly serverCode?: string | undefined;
  /** What the operating system called a failed connection, for example `ECONNREFUSED`. */
  readonly systemCode?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

const passingKinds: ReadonlySet<MlflowErrorKind> = new Set([
  "unreachable",
  "timeout",
  "rate_limit",
  "server",
  "unreadable",
]);

/** MLflow did not do what was asked for. Never holds a credential. */
export class MlflowError extends DaoOptError {
  readonly code: ErrorCode;
  readonly kind: MlflowErrorKind;
  readonly status: number | undefined;
  readonly serverCode: string | undefined;
  readonly systemCode: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, details: MlflowErrorDetails) {
    super(message, details);
    this.kind = details.kind;
    this.status = details.status;
    this.serverCode = details.serverCode;
    this.systemCode = details.systemCode;
    this.retryAfterMs = details.retryAfterMs;
    this.code = codeOfKind(details.kind);
  }

  /** The same request may succeed later. */
  get isPassing(): boolean {
    return passingKinds.has(this.kind);
  }
}

function codeOfKind(kind: MlflowErrorKind): ErrorCode {
  if (kind === "unconfigured" || kind === "not_mlflow" || kind === "redirect") return "mlflow_unconfigured";
  if (kind === "unauthorized" || kind === "forbidden") return "mlflow_auth";
  return kind === "unreachable" || kind === "timeout" ? "mlflow_unreachable" : "mlflow_failed";
}
