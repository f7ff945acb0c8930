import { DaoOptError, type ErrorCode, type ErrorDetails } from "../core/errors.ts";

/**
 * `unprepared`: the tables are missing or of another version. `refused`: the password, or a permission.
 * `full`: disk or quota. `timeout`: no answer in time.
 */
export type PostgresErrorKind =
  | "unreachable"
  | "timeout"
  | "auth"
  | "refused"
  | "unprepared"
  | "full"
  | "retry"
  | "failed";

const passing: ReadonlySet<PostgresErrorKind> = new Set(["unreachable", "timeout", "full", "retry"]);

/** PostgreSQL did not do what was asked for. Never holds a password. */
export class PostgresError extends DaoOptError {
  readonly code: ErrorCode;
  readonly kind: PostgresErrorKind;

  constructor(message: string, { kind, ...details }: ErrorDetails & { readonly kind: PostgresErrorKind }) {
    super(message, details);
    this.kind = kind;
    this.code = codeOfKind(kind);
  }

  /** The same statement may succeed later. */
  get isPassing(): boolean {
    return passing.has(this.kind);
  }
}

function codeOfKind(kind: PostgresErrorKind): ErrorCode {
  if (kind === "unreachable" || kind === "timeout") return "database_unreachable";
  if (kind === "auth" || kind === "refused") return "database_auth";
  return kind === "unprepared" ? "database_unprepared" : "database_failed";
}

interface Cause {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly errors?: readonly unknown[];
}

const kinds: Readonly<Record<string, PostgresErrorKind>> = {
  "28P01": "auth",
  "28000": "auth",
  "3D000": "unreachable",
  "42501": "refused",
  "25006": "refused",
  "42P01": "unprepared",
  "42703": "unprepared",
  "3F000": "unprepared",
  "57014": "timeout",
  "40001": "retry",
  "40P01": "retry",
  "55P03": "retry",
};

const hints: Readonly<Record<PostgresErrorKind, string>> = {
  unreachable: "check the address, and that the server is running and accepts connections from here",
  timeout: "the server is slow or a statement limit is low: check its load and its statement_timeout",
  auth: "set the password in PGPASSWORD or ~/.pgpass, or in the URL as ${env:NAME}",
  refused: "grant the user SELECT, INSERT, UPDATE and DELETE on the tables that start with dao_opt_",
  unprepared: "create or update the tables: dao-opt answers init or dao-opt traces init",
  full: "free some space on the server, for example with dao-opt answers prune",
  retry: "run the command again",
  failed: "see the server's log",
};

/** The reason of some refusals is neither the password nor a permission. */
function hintOf(kind: PostgresErrorKind, reason: string): string {
  const isPlain = kind === "auth" && /no encryption|SSL off/i.test(reason);
  return isPlain
    ? "the server expects TLS: add ?sslmode=require or ?sslmode=verify-full to the address"
    : hints[kind];
}

/** Converts an error of the driver; `shown` is the address without credentials. */
export function postgresErrorOf(error: unknown, shown: string): PostgresError {
  if (error instanceof PostgresError) return error;
  const cause = innermost(error as Cause);
  const kind = kindOf(cause);
  const reason = String(cause.message ?? error).replace(/\s+/g, " ");
  return new PostgresError(`${shown}: ${reason}`, { kind, hint: hintOf(kind, reason) });
}

/** A host with several addresses fails with one error for each. */
function innermost(error: Cause): Cause {
  const [first] = Array.isArray(error?.errors) ? error.errors : [];
  return first === undefined ? error : innermost(first as Cause);
}

function kindOf({ code, message }: Cause): PostgresErrorKind {
  const text = String(message);
  if (typeof code === "string" && kinds[code] !== undefined) return kinds[code];
  // 54, a limit of the program, is not among them: the same statement fails again.
  if (typeof code === "string" && code.startsWith("53")) return code === "53300" ? "unreachable" : "full";
  if (typeof code === "string" && /^(08|57P)/.test(code)) return "unreachable";
  if (/client password must be|SCRAM|no password/i.test(text)) return "auth";
  if (/timeout|timed out/i.test(text)) return /connect/i.test(text) ? "unreachable" : "timeout";
  const isConnection = /^(E[A-Z_]+|CERT_|DEPTH_|SELF_|UNABLE_|ERR_TLS|ERR_SSL)/.test(String(code));
  if (isConnection || /terminated|not queryable|SSL|certificate|pool after/i.test(text)) return "unreachable";
  return "failed";
}
