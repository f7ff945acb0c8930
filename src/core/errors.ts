import type { TokenUsage } from "./usage.ts";

/**
 * The one family of errors this project throws on purpose. Anything outside it is a bug.
 * `message` says what happened, with the value; `hint` says what to do next.
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
  | "agent_failed"
  | "scorer_failed"
  | "budget_spent"
  | "optimization_failed"
  | "resume_refused"
  | "replay_missing"
  | "interrupted";

export interface ErrorDetails {
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

const brand = Symbol.for("dao-opt.error");

/** Base of the family; `code` is stable and maps to an exit code in `cli/exit-codes.ts`. */
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

/** True across duplicated copies of the package, where `instanceof` would fail. */
export function isDaoOptError(value: unknown): value is DaoOptError {
  return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[brand] === true;
}

/** One mistake in a config file, with its place and its cure. Lines and columns count from 1. */
export interface ConfigIssue {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** Dotted path of the key, for example `optimizations.prompt_optimizations.x.num_candidate`. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Everything that is wrong with what the user wrote, told at once. */
export class ConfigError extends DaoOptError {
  readonly code = "config_invalid";
  readonly issues: readonly ConfigIssue[];

  constructor(issues: readonly ConfigIssue[], details: ErrorDetails = {}) {
    super(issues.map(describeIssue).join("\n"), details);
    this.issues = issues;
  }
}

/** `config.yaml:14:7  path: message` — the line a terminal or an editor can jump to. */
export function describeIssue(issue: ConfigIssue): string {
  const place = [issue.file, issue.line, issue.column].filter((part) => part !== undefined).join(":");
  const subject = issue.path === "" ? "" : `${issue.path}: `;
  return `${place}  ${subject}${issue.message}${issue.hint === undefined ? "" : `; ${issue.hint}`}`;
}

/** A flag or argument that cannot be used. */
export class UsageError extends DaoOptError {
  readonly code = "usage_invalid";
}

/** One row of a data file that cannot be used. */
export interface RowProblem {
  readonly file: string;
  readonly line?: number | undefined;
  readonly message: string;
}

/** A data file that cannot be used; `problems` names each row by file and line. */
export class DatasetError extends DaoOptError {
  readonly code = "dataset_invalid";
  readonly problems: readonly RowProblem[];

  constructor(message: string, problems: readonly RowProblem[] = [], details: ErrorDetails = {}) {
    super(message, details);
    this.problems = problems;
  }
}

/** A user's module, or options given to a plugin, that cannot be used. */
export class PluginError extends DaoOptError {
  readonly code = "plugin_invalid";
}

/** A thing named by the user that does not exist; `near` lists names like it. */
export class NotFoundError extends DaoOptError {
  readonly code = "not_found";
  readonly kind: string;
  readonly wanted: string;
  readonly near: readonly string[];

  constructor(kind: string, wanted: string, near: readonly string[] = [], details: ErrorDetails = {}) {
    const guess = near.length === 0 ? undefined : `did you mean ${near.join(" or ")}?`;
    super(`no ${kind} named "${wanted}"`, { ...details, hint: details.hint ?? guess });
    this.kind = kind;
    this.wanted = wanted;
    this.near = near;
  }
}

/** The registry folder is damaged or cannot be written. */
export class RegistryError extends DaoOptError {
  readonly code = "registry_failed";
}

/** A write that another one forbids: a taken version name, a path that differs only by case. */
export class ConflictError extends DaoOptError {
  readonly code = "registry_conflict";
}

/** A run folder, journal or cache that cannot be read or written. */
export class StoreError extends DaoOptError {
  readonly code = "store_failed";
}

export type ModelErrorKind =
  | "auth"
  | "model_not_found"
  | "quota"
  | "unreachable"
  | "rate_limit"
  | "timeout"
  | "connection"
  | "server"
  | "malformed"
  | "empty"
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
}

const retryableKinds: ReadonlySet<ModelErrorKind> = new Set([
  "rate_limit",
  "timeout",
  "connection",
  "server",
  "malformed",
  "empty",
  "content_filter",
  "length",
]);
const fatalKinds: ReadonlySet<ModelErrorKind> = new Set(["auth", "model_not_found", "quota", "unreachable"]);

/** A model call that brought no usable answer. */
export class ModelError extends DaoOptError {
  readonly code: ErrorCode;
  readonly kind: ModelErrorKind;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly usage: TokenUsage | undefined;

  constructor(message: string, details: ModelErrorDetails) {
    super(message, details);
    this.kind = details.kind;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
    this.usage = details.usage;
    this.code = codeOfKind(details.kind);
  }

  /** Worth another attempt at the same request. */
  get isRetryable(): boolean {
    return retryableKinds.has(this.kind);
  }

  /** Concerns the set-up, not this request: the run ends at once. */
  get isFatal(): boolean {
    return fatalKinds.has(this.kind);
  }
}

function codeOfKind(kind: ModelErrorKind): ErrorCode {
  if (kind === "auth" || kind === "model_not_found" || kind === "quota") return "model_auth";
  if (kind === "unreachable") return "model_unreachable";
  return kind === "aborted" ? "interrupted" : "model_failed";
}

/** The user's own application (module, command or HTTP agent) did not answer. */
export class AgentError extends DaoOptError {
  readonly code = "agent_failed";
}

/** A scorer threw, hung, or gave something that is not a score from 0 to 1. */
export class ScorerError extends DaoOptError {
  readonly code = "scorer_failed";
}

export type BudgetLimit = "calls" | "usd" | "tokens" | "minutes";

/** No call may be made any more. A normal way for a search to end. */
export class BudgetError extends DaoOptError {
  readonly code = "budget_spent";
  readonly limit: BudgetLimit;

  constructor(message: string, limit: BudgetLimit, details: ErrorDetails = {}) {
    super(message, details);
    this.limit = limit;
  }
}

/** One optimization ended without a result. */
export class OptimizationError extends DaoOptError {
  readonly code = "optimization_failed";
}

/** The plan of a run to be resumed is no longer the plan of the config. */
export class ResumeError extends DaoOptError {
  readonly code = "resume_refused";
}

/** A replayed run asked for a call that its journal does not hold. */
export class ReplayError extends DaoOptError {
  readonly code = "replay_missing";
}

/** Ctrl-C, SIGTERM, or a limit of this session (`--max-calls`, `--max-cost`, `--timeout`). */
export class InterruptedError extends DaoOptError {
  readonly code = "interrupted";
  readonly reason: InterruptReason;

  constructor(message: string, reason: InterruptReason, details: ErrorDetails = {}) {
    super(message, details);
    this.reason = reason;
  }
}

export type InterruptReason = "SIGINT" | "SIGTERM" | "max_calls" | "max_cost" | "timeout";
