/**
 * Codes of the only errors that this project throws on purpose; any other error is a bug. `message` states what
 * happened, with the value; `hint` states what to do next.
 */
export type ErrorCode =
  | "config_invalid"
  | "usage_invalid"
  | "dataset_invalid"
  | "plugin_invalid"
  | "not_found"
  | "registry_failed"
  | "registry_conflict"
  | "store_failed"
  | "model_failed"
  | "model_auth"
  | "model_unreachable"
  | "model_rate_limit"
  | "mlflow_failed"
  | "mlflow_unconfigured"
  | "mlflow_auth"
  | "mlflow_unreachable"
  | "database_failed"
  | "database_unprepared"
  | "database_auth"
  | "database_unreachable"
  | "agent_failed"
  | "scorer_failed"
  | "budget_spent"
  | "optimization_failed"
  | "resume_refused"
  | "replay_missing"
  | "queue_failed"
  | "interrupted";

export interface ErrorDetails {
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

const brand = Symbol.for("dao-opt.error");

/** Base class. `code` is stable and maps to an exit code in `cli/exit-codes.ts`. */
export abstract class DaoOptError extends Error {
  abstract readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly [brand] = true;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.hint = details.hint;
    this.name = new.target.name;
  }
}

/** Also works across duplicated copies of the package, where `instanceof` fails. */
export function isDaoOptError(value: unknown): value is DaoOptError {
  return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[brand] === true;
}
