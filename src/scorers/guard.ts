import type { Judgement, Score, Scorer } from "../contracts/scorer.ts";
import { isDaoOptError, ScorerError, thrownReason } from "../core/errors.ts";
import { rowPlace } from "./expected-answer.ts";
import type { Fail } from "./guard/fail.ts";
import { readScore } from "./guard/read-score.ts";
import { createWatch, type Watch } from "./guard/watch.ts";
import { watchJudge } from "./guard/watch-judge.ts";

interface GuardOptions {
  /** Milliseconds a scorer may work without an answer; time spent waiting for the judge does not count. */
  readonly timeoutMs?: number;
}

/**
 * Holds any scorer, a user's too, to the contract: what it throws outside the error family, a promise
 * that does not settle, a result that is no score, and more judge calls than it declared become a
 * ScorerError that names it. Errors of the family (the judge's ModelError, BudgetError …) pass
 * through. Code that blocks the thread cannot be stopped from within it.
 */
export function guardScorer(name: string, scorer: Scorer, options: GuardOptions = {}): Scorer {
  const { timeoutMs = 60_000 } = options;
  const { judgeCalls, judgeOverheadTokens } = scorer;
  return Object.freeze({
    judgeCalls,
    ...(judgeOverheadTokens === undefined ? {} : { judgeOverheadTokens }),
    async score(judgement: Judgement): Promise<Score> {
      const fail: Fail = (what, details) =>
        new ScorerError(`${rowPlace(judgement.example)}: scorer ${name} ${what}`, details);
      const watch = createWatch(timeoutMs, () => fail(`gave no score within ${timeoutMs / 1000} s`));
      const judge =
        judgement.judge === undefined ? undefined : watchJudge(judgement.judge, judgeCalls.most, watch, fail);
      const given = judge === undefined ? judgement : { ...judgement, judge: judge.model };
      try {
        const result = await Promise.race([
          scorer.score(given),
          watch.expired,
          abortOf(judgement.signal, watch, fail),
        ]);
        const grave = judge?.graveFailure();
        if (grave !== undefined) throw grave;
        return readScore(result, fail);
      } catch (cause) {
        const told = judge?.graveFailure() ?? (isDaoOptError(cause) ? cause : (judge?.failure() ?? cause));
        if (isDaoOptError(told)) throw told;
        throw fail(`threw: ${thrownReason(told)}`, { cause: told });
      } finally {
        watch.stop();
      }
    },
  });
}

function abortOf(signal: AbortSignal | undefined, watch: Watch, fail: Fail): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal === undefined) return;
    const leave = () => {
      reject(isDaoOptError(signal.reason) ? signal.reason : fail("was stopped before it gave a score"));
    };
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
    watch.onStop(() => signal.removeEventListener("abort", leave));
  });
}
