import { DaoOptError, type ErrorDetails } from "./dao-opt-error.ts";

export { DaoOptError, type ErrorCode, type ErrorDetails, isDaoOptError } from "./dao-opt-error.ts";
export { ModelError, type ModelErrorDetails, type ModelErrorKind } from "./model-error.ts";

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
  /** What was written, in words: a prompt or an export is read as strictly as a config. */
  readonly subject: string;

  constructor(
    issues: readonly ConfigIssue[],
    { subject = "the config", ...details }: ErrorDetails & { readonly subject?: string } = {},
  ) {
    super(issues.map(describeIssue).join("\n"), details);
    this.issues = issues;
    this.subject = subject;
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

/** The user's own application (module, command or HTTP agent) did not answer. */
export class AgentError extends DaoOptError {
  readonly code = "agent_failed";
  /** The way to the application failed (network, timeout, 429, 5xx), not the application itself. */
  readonly isInfrastructure: boolean;

  constructor(message: string, details: ErrorDetails & { readonly isInfrastructure?: boolean } = {}) {
    super(message, details);
    this.isInfrastructure = details.isInfrastructure === true;
  }
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
