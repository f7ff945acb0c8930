import { z } from "zod";
import type { Judgement, Score, Scorer } from "../contracts/scorer.ts";
import { isDaoOptError, ScorerError, thrownReason } from "../core/errors.ts";
import { rowPlace } from "./expected-answer.ts";
import { cutEnd } from "./text/quote.ts";
import { createWatch, type Fail, type Watch, watchJudge } from "./watch-judge.ts";

const maxFeedback = 4000;
const unit = z.number().min(0).max(1);
const scoreSchema = z.object({
  value: unit,
  feedback: z.string().optional(),
  parts: z.record(z.string(), unit).optional(),
});

/** Validates a scorer's result and returns a frozen score with feedback of limited length. */
function readScore(result: unknown, fail: Fail): Score {
  const parsed = scoreSchema.safeParse(result);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const place = issue === undefined || issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
    throw fail(`returned no score from 0 to 1: ${place}${issue?.message ?? "not a score"}`, {
      hint: 'resolve to { value: 0…1, feedback: "…", parts: { … } }; feedback and parts are optional',
    });
  }
  const { value, feedback = "", parts } = parsed.data;
  return Object.freeze({
    value,
    ...(feedback === "" ? {} : { feedback: cutEnd(feedback, maxFeedback) }),
    ...(parts === undefined ? {} : { parts: Object.freeze(parts) }),
  });
}

interface GuardOptions {
  /** Milliseconds a scorer may run, not counting time spent waiting for the judge. */
  readonly timeoutMs?: number;
}

/**
 * Enforces the contract of any scorer, including a user's: unknown errors, promises that do not settle, invalid
 * results, and more judge calls than declared become a ScorerError with the scorer's name. DaoOptErrors (the
 * judge's ModelError, BudgetError …) pass through. Code that blocks the thread cannot be interrupted.
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
      const watch = createWatch(timeoutMs, () => fail(`returned no score within ${timeoutMs / 1000} s`));
      const judge =
        judgement.judge === undefined ? undefined : watchJudge(judgement.judge, judgeCalls.most, watch, fail);
      const given = judge === undefined ? judgement : { ...judgement, judge: judge.model };
      try {
        const result = await Promise.race([
          scorer.score(given),
          watch.expired,
          abortOf(judgement.signal, watch, fail),
        ]);
        const fatal = judge?.fatalFailure();
        if (fatal !== undefined) throw fatal;
        return readScore(result, fail);
      } catch (cause) {
        const failure = judge?.fatalFailure() ?? (isDaoOptError(cause) ? cause : (judge?.failure() ?? cause));
        if (isDaoOptError(failure)) throw failure;
        throw fail(`threw: ${thrownReason(failure)}`, { cause: failure });
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
      reject(isDaoOptError(signal.reason) ? signal.reason : fail("was stopped before it returned a score"));
    };
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
    watch.onStop(() => signal.removeEventListener("abort", leave));
  });
}
