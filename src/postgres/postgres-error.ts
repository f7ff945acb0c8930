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
  /** The message without the address. */
  readonly reason: string;

  constructor(
    message: string,
    {
      kind,
      reason = message,
      ...details
    }: ErrorDetails & { readonly kind: PostgresErrorKind; readonly reason?: string },
  ) {
    super(message, details);
    this.kind = kind;
    this.reason = reason;
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

/** Cures that depend on what the server or the driver says. */
const hintsByReason: readonly (readonly [RegExp, string])[] = [
  [
    /no encryption|SSL off/i,
    "the server expects TLS: add ?sslmode=require or ?sslmode=verify-full to the address",
  ],
  [/not support SSL/i, "turn on TLS at the server, or take sslmode out of the address and unset PGSSLMODE"],
  [
    /certificate|altnames/i,
    "name the file of the server's certificate authority with sslrootcert, or encrypt without a check: sslmode=require",
  ],
  [
    /connection slots|too many (?:clients|connections)|connection limit/i,
    "wait until others have ended, raise max_connections, or use a pooler: a run opens up to 4 connections",
  ],
  [/database .* does not exist|no such database/i, "create the database, or correct its name in the address"],
  [
    /permission denied for (?:schema|database)/i,
    "grant the user USAGE on the schema, and CREATE to whoever runs init",
  ],
  [/no schema has been selected/i, "create the schema that search_path names, or correct its name"],
  [/unrecognized configuration parameter/i, "correct ?options=… in the address or PGOPTIONS"],
  [/must be owner/i, "run init as the user who owns the tables"],
  [
    /read-only transaction|during recovery/i,
    "use the address of the primary server, and a user or database without default_transaction_read_only",
  ],
  [
    /startup parameter: options/i,
    "a pooler takes no options: take them out of the address, unset PGOPTIONS, and set search_path with ALTER ROLE",
  ],
  [/pg_hba/i, "allow this user and this machine's address in the server's pg_hba.conf"],
];

function hintOf(kind: PostgresErrorKind, reason: string): string {
  return hintsByReason.find(([pattern]) => pattern.test(reason))?.[1] ?? hints[kind];
}

/** Converts an error of the driver; `shown` is the address without credentials. */
export function postgresErrorOf(error: unknown, shown: string): PostgresError {
  if (error instanceof PostgresError) return error;
  const cause = innermost(error as Cause);
  const kind = kindOf(cause);
  const said = String(cause.message ?? error).replace(/\s+/g, " ");
  const isWithoutPassword = /client password must be/.test(said);
  const reason = isWithoutPassword ? "the server asks for a password, and none is set" : said;
  return new PostgresError(`${shown}: ${reason}`, { kind, reason, hint: hintOf(kind, reason) });
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
  // PgBouncer reports a wrong password as a fault of the connection.
  if (/client password must be|SCRAM|no password|password authentication failed/i.test(text)) return "auth";
  if (typeof code === "string" && /^(08|57P)/.test(code)) return "unreachable";
  if (/during recovery/i.test(text)) return "refused";
  if (/timeout|timed out/i.test(text)) return /connect/i.test(text) ? "unreachable" : "timeout";
  const isConnection = /^(E[A-Z_]+|CERT_|DEPTH_|SELF_|UNABLE_|ERR_TLS|ERR_SSL)/.test(String(code));
  if (isConnection || /terminated|not queryable|SSL|certificate|pool after/i.test(text)) return "unreachable";
  return "failed";
}
