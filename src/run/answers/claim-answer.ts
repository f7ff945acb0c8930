import type { Address, AgentQuestion, Exchange, ModelQuestion } from "../../contracts/answer-store.ts";
import type { RunnerEvent } from "../../contracts/events.ts";
import type { SharedAnswers } from "../../contracts/shared-answers.ts";
import { throwIfAborted } from "../../models/clock.ts";

/** Called when a question waits for another run; `owner` as in `ClaimResult`. */
export type OnAwaited = (owner: string | undefined) => void;

/**
 * The answer that another run has stored or is about to store; undefined if the caller must ask, and then owns
 * the claim. Rejects with ModelError `aborted`.
 */
export async function claimAnswer(
  shared: SharedAnswers,
  asked: { readonly address: Address; readonly question: ModelQuestion | AgentQuestion },
  { signal, onAwaited }: { readonly signal: AbortSignal | undefined; readonly onAwaited?: OnAwaited },
): Promise<Exchange | undefined> {
  const { address, question } = asked;
  for (let attempt = 0; ; attempt++) {
    throwIfAborted(signal);
    const result = await shared.claim(address, question);
    if (result.state === "answered") return result.exchange;
    if (result.state === "owned") return undefined;
    if (attempt === 0) onAwaited?.(result.owner);
    await shared.changed(address, attempt, signal);
  }
}

/** Reports the first wait of a session only: others follow for the same reason. */
export function reportFirstWait(emit: (event: RunnerEvent) => void): OnAwaited {
  let isReported = false;
  return (owner) => {
    if (isReported) return;
    isReported = true;
    emit({
      type: "answer-awaited",
      message: `waiting for another run${owner === undefined ? "" : ` (${owner})`} that is asking the same question`,
      ...(owner === undefined ? {} : { owner }),
    });
  };
}
