import { DaoOptError, type ErrorDetails } from "./dao-opt-error.ts";

export { DaoOptError, type ErrorCode, type ErrorDetails, isDaoOptError } from "./dao-opt-error.ts";
export { ModelError, type ModelErrorDetails, type ModelErrorKind } from "./model-error.ts";

/** One mistake in a config file, with its place and its fix. Lines and columns start at 1. */
export interface ConfigIssue {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** Dotted path of the key, for example `optimizations.prompt_optimizations.x.num_candidate`. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** The line of the file with a caret below it; two lines. */
  readonly excerpt?: string;
}

/** All mistakes in the user's input, in one error. */
export class ConfigError extends DaoOptError {
  readonly code = "config_invalid";
  readonly issues: readonly ConfigIssue[];
  /** What the input is. Prompts and exports are checked as strictly as configs. */
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

/** `config.yaml:14:7  path: message`, a line that terminals and editors can jump to. */
export function describeIssue(issue: ConfigIssue): string {
  const place = [issue.file, issue.line, issue.column].filter((part) => part !== undefined).join(":");
  const subject = issue.path === "" ? "" : `${issue.path}: `;
  const hint = issue.hint === undefined ? "" : `; ${issue.hint}`;
  const excerpt = issue.excerpt === undefined ? "" : `\n${issue.excerpt.replace(/^/gm, "    ")}`;
  return `${place}  ${subject}${issue.message}${hint}${excerpt}`;
}

/** An unusable flag or argument. */
export class UsageError extends DaoOptError {
  readonly code = "usage_invalid";
}

/** A template that exceeded a limit of time or work and probably will with other inputs. */
export class TemplateStoppedError extends UsageError {}

/** One unusable row of a data file. */
export interface RowProblem {
  readonly file: string;
  readonly line?: number | undefined;
  readonly message: string;
}

/** One of several mistakes in a dataset. */
export interface DatasetFault {
  /** The dataset key in the config that is wrong, if there is only one: `inputs.text`. */
  readonly key?: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

/**
 * An unusable data file. `problems` names each row by file and line. The message lists all of `faults`, which
 * is empty if only one thing is wrong.
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

/** An unusable user module or plugin option. */
export class PluginError extends DaoOptError {
  readonly code = "plugin_invalid";
}

/** A thing named by the user that does not exist; `near` lists similar names. */
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

/** A write that conflicts with an existing one: a taken version name, or a path that differs only by case. */
export class ConflictError extends DaoOptError {
  readonly code = "registry_conflict";
}

/** A run folder, journal or cache that cannot be read or written. */
export class StoreError extends DaoOptError {
  readonly code = "store_failed";
}

type AgentErrorDetails = ErrorDetails & Partial<Pick<AgentError, "isInfrastructure" | "billing">>;

/** The user's own application (module, command or HTTP agent) did not answer. */
export class AgentError extends DaoOptError {
  readonly code = "agent_failed";
  /** True if the network, an overloaded server or a time limit caused it rather than the application. */
  readonly isInfrastructure: boolean;
  /** Whether its calls may be billed: `lost` if it had begun and never answered, `none` if it never began. */
  readonly billing: "none" | "answered" | "lost";

  constructor(
    message: string,
    { isInfrastructure = false, billing = "answered", ...details }: AgentErrorDetails = {},
  ) {
    super(message, details);
    this.isInfrastructure = isInfrastructure;
    this.billing = billing;
  }
}

/** A scorer threw, hung, or returned something other than a score from 0 to 1. */
export class ScorerError extends DaoOptError {
  readonly code = "scorer_failed";
}

export type BudgetLimit = "calls" | "usd" | "tokens" | "minutes";

/** No further call is allowed. A normal way for a search to end. */
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

/** The plan of the run to resume differs from the plan of the config. */
export class ResumeError extends DaoOptError {
  readonly code = "resume_refused";
}

/** A replayed run needs a call that its journal does not hold. */
export class ReplayError extends DaoOptError {
  readonly code = "replay_missing";
}

/** The queue of workers cannot be used, or no worker may do a job. */
export class QueueError extends DaoOptError {
  readonly code = "queue_failed";
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

/** The text of anything that foreign code threw. */
export function thrownReason(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  try {
    return String(thrown);
  } catch {
    // An object without a prototype has no toString.
    return "an error that cannot be printed";
  }
}
