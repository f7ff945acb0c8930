import { AgentError } from "../../core/errors.ts";
import { withDeadline } from "../timing/deadline.ts";

/** As `withDeadline`, with errors an agent may reject with. */
export async function withAgentDeadline<Result>(
  {
    who,
    timeoutMs,
    signal,
  }: { readonly who: string; readonly timeoutMs: number; readonly signal: AbortSignal | undefined },
  task: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const timedOut = () =>
    new AgentError(`${who} did not answer within ${timeoutMs / 1000} s`, {
      hint: "raise timeout_seconds of the agent's model",
      isInfrastructure: true,
    });
  const aborted = () => new AgentError(`${who} was stopped before it answered`);
  return withDeadline({ timeoutMs, signal, timedOut, aborted }, task);
}
