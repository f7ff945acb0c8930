import type { MeasuredOutcome } from "../lab/evaluation-context.ts";

/** What one call with a prompt takes, as its calls on the validation rows have shown. */
export interface CallCost {
  /** Mean over the answers; null when not every one told its tokens. */
  readonly outputTokens: number | null;
  /** null, never a guess, when the price of one answer is unknown. */
  readonly usd: number | null;
}

/** Mean over the outcomes that have an answer; an answer out of a journal or cache costs what it did. */
export function callCostOf(outcomes: readonly MeasuredOutcome[]): CallCost {
  const answers = outcomes.filter(({ output }) => output !== undefined);
  const mean = (read: (outcome: MeasuredOutcome) => number | null | undefined): number | null => {
    const values = answers.flatMap((outcome) => read(outcome) ?? []);
    if (values.length === 0 || values.length < answers.length) return null;
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  return {
    outputTokens: mean(({ cost }) => cost?.outputTokens),
    usd: mean(({ cost }) => cost?.usd),
  };
}
