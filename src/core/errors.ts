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
  /** The line of the file and a caret below it; two lines. */
  readonly excerpt?: string;
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
  const hint = issue.hint === undefined ? "" : `; ${issue.hint}`;
  const excerpt = issue.excerpt === undefined ? "" : `\n${issue.excerpt.replace(/^/gm, "    ")}`;
  return `${place}  ${subject}${issue.message}${hint}${excerpt}`;
}

/** A flag or argument that cannot be used. */
export class UsageError extends DaoOptError {
  readonly code = "usage_invalid";
}

/** A template that exceeded a limit of time or work, and probably will with other inputs. */
export class TemplateStoppedError extends UsageError {}

/** One row of a data file that cannot be used. */
export interface RowProblem {
  readonly file: string;
  readonly line?: number | undefined;
  readonly message: string;
}

/** One of several things that are wrong with a dataset. */
export interface DatasetFault {
  /** The key of the dataset in its config that is wrong, where it is a single one: `inputs.text`. */
  readonly key?: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

/**
 * A data file that cannot be used; `problems` names each row by file and line. The message lists all of `faults`,
 * which is empty where only one thing is wrong.
 */
export class DatasetError extends DaoOptError {
  readonly code = "dataset_invalid";
  readonly problems: readonly RowProblem[];
  readonly faults: readonly DatasetFault[];

  constructor(
    message: string,
    problems: readonly RowProblem[] = [],
    { faults = [], ...details }: ErrorDetails & { readonly faults?: readonly DatasetFault[] } = {},
  ) {
    super(message, details);
    this.problems = problems;
    this.faults = faults;
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
  /** The network, an overloaded server or a time limit is to blame, and not what the application did. */
  readonly isInfrastructure: boolean;

  constructor(
    message: string,
    { isInfrastructure = false, ...details }: ErrorDetails & { readonly isInfrastructure?: boolean } = {},
  ) {
    super(message, details);
    this.isInfrastructure = isInfrastructure;
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

/** What somebody else's code threw, in words; it may be anything at all. */
export function thrownReason(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  try {
    return String(thrown);
  } catch {
    // An object without a prototype has no toString.
    return "something that is no error and cannot be shown";
  }
}
