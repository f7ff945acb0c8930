import type { AgentAnswer } from "../../contracts/agent.ts";
import type { Address, AttemptLog } from "../../contracts/answer-store.ts";
import type { CompletionRequest, UnusedAttempt } from "../../contracts/language-model.ts";
import { AgentError } from "../../core/errors.ts";

export interface LoggedRun {
  readonly address: Address;
  /** Absent where nobody resumes. */
  readonly log: AttemptLog | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onUnused: CompletionRequest["onUnused"];
}

/** What an application spends is its own business unless it answers with its usage. */
const unknownUsage = { inputTokens: 0, outputTokens: 0 };

/**
 * Writes a run of the user's application down right before it is started. A run that is dropped because the
 * session stops is reported as lost. Rejects with AgentError when the session has stopped before.
 */
export async function loggedRun(
  { address, log, signal, onUnused }: LoggedRun,
  start: () => Promise<AgentAnswer>,
): Promise<AgentAnswer> {
  const isStopped = (): boolean => signal?.aborted === true;
  await log?.sending(address, { estimate: unknownUsage });
  if (isStopped()) {
    log?.ended(address);
    throw new AgentError("the agent was stopped before it answered");
  }
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof AgentError)) {
      // A limit of the session refused the run: nothing was started.
      log?.ended(address);
    } else if (isStopped()) {
      const dropped: UnusedAttempt = { ...unknownUsage, isLost: true, isEstimated: true };
      log?.ended(address, dropped);
      onUnused?.(dropped);
    }
    throw error;
  }
}
