import type { AgentAnswer, AgentInput } from "../../contracts/agent.ts";
import type { UnusedAttempt } from "../../contracts/language-model.ts";
import type { AgentAttempt } from "../../contracts/worker-pool.ts";
import { AgentError, ModelError } from "../../core/errors.ts";
import { isWorkerLost, mostLosses } from "../lost-attempts.ts";
import { type RetryOptions, withRetries } from "../retries.ts";

/** Retry settings for an application behind a URL. */
export type AgentRetries = Omit<RetryOptions, "isRateLimitFree">;

/** How attempts at an application's answers are made. */
export interface AttemptOptions {
  readonly attempt: AgentAttempt;
  /** Absent for modules and programs, which are not run again after a failure of their own. */
  readonly retries?: AgentRetries;
  /** Runs an attempt within the limits of the session, or rejects with InterruptedError. */
  readonly admit?: (work: () => Promise<AgentAnswer>) => Promise<AgentAnswer>;
}

/** Receives the attempts of one run of the application. */
export interface AttemptReports {
  /** Resolves when the attempt may be sent. Rejects with AgentError if the session has stopped. */
  sending(): Promise<void>;
  /** The attempt has no usable answer. `billed` is its cost; absent if it cost nothing. */
  ended(billed: UnusedAttempt | undefined): void;
  /** Another attempt follows. */
  retrying(): void;
}

/** The cost of an application is unknown unless its answer includes usage. */
export const unknownUsage = { inputTokens: 0, outputTokens: 0 };

/** What a failed attempt costs; undefined if it is not billed. An application that was stopped never answers. */
function unusedAttempt(error: unknown, wasStopped: boolean): UnusedAttempt | undefined {
  const billing = billingOf(error);
  if (billing === "none") return undefined;
  if (billing === "lost" || wasStopped) return { ...unknownUsage, isLost: true, isEstimated: true };
  return unknownUsage;
}

/** As `ModelError.billing`. */
export function billingOf(error: unknown): ModelError["billing"] {
  if (error instanceof AgentError) return error.billing;
  if (!(error instanceof ModelError)) return "none";
  // A job that no worker had started says so.
  const wasDropped = error.kind === "aborted" && error.wasSent === undefined;
  return wasDropped ? "lost" : error.billing;
}

/**
 * Runs the application once. 429, 5xx and broken connections of an application behind a URL are retried by the
 * same rules as model calls; an attempt whose worker was lost is made again. Rejects with AgentError, or as
 * `admit`.
 */
export async function runAttempts(
  { attempt, retries, admit = (work) => work() }: AttemptOptions,
  input: AgentInput,
  { signal, reports }: { readonly signal: AbortSignal | undefined; readonly reports: AttemptReports },
): Promise<AgentAnswer> {
  let isFirst = true;
  const once = (): Promise<AgentAnswer> =>
    admit(async () => {
      await reports.sending();
      if (!isFirst) reports.retrying();
      isFirst = false;
      try {
        return await attempt(input, { signal });
      } catch (error) {
        reports.ended(unusedAttempt(error, signal?.aborted === true));
        throw error;
      }
    });
  try {
    return await (retries === undefined
      ? untilKept(once)
      : withRetries({ ...retries, isRateLimitFree: true }, signal, once));
  } catch (error) {
    throw error instanceof ModelError ? agentError(error) : error;
  }
}

/** Runs again what a lost worker had started. */
async function untilKept(once: () => Promise<AgentAnswer>): Promise<AgentAnswer> {
  for (let losses = 1; ; losses++) {
    try {
      return await once();
    } catch (error) {
      if (!isWorkerLost(error)) throw error;
      if (losses >= mostLosses) throw error.with({ message: `${error.message} (${losses} times)` });
    }
  }
}

/** Converts the final error. A rejected request counts as the application's own answer. */
function agentError(error: ModelError): AgentError {
  const { message, hint, cause, kind } = error;
  if (kind === "aborted") return stoppedError();
  return new AgentError(message, {
    ...{ hint, cause, billing: error.billing },
    isInfrastructure: kind !== "bad_request",
  });
}

/** The session stopped before the application had answered. */
export function stoppedError(): AgentError {
  return new AgentError("the agent was stopped before it answered", { billing: "none" });
}
