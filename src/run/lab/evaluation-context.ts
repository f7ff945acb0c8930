import type { Agent } from "../../contracts/agent.ts";
import type { Completion } from "../../contracts/language-model.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { Outcome } from "../../contracts/optimizer.ts";
import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import type { Scorer } from "../../contracts/scorer.ts";
import {
  countAnswer,
  describeMissing,
  type MissingCounts,
  noAnswers,
} from "../../core/answer/describe-missing.ts";
import type { DaoOptError } from "../../core/errors.ts";
import { meanOf } from "../../core/statistics/mean.ts";
import type { ModelChain } from "../budget/worst-case.ts";
import type { LiveModel } from "./charged-model.ts";
import type { Meter } from "./meter.ts";

/** What the most that a rollout may cost depends on. */
export interface RolloutBounds {
  readonly plan: Pick<OptimizationPlan, "agent">;
  readonly target: Pick<LiveModel, "modelChain">;
  readonly judge: Pick<LiveModel, "modelChain">;
  readonly scorer: Pick<Scorer, "judgeCalls" | "judgeOverheadTokens">;
  /** The source model and its fallbacks, where parity is to be measured. */
  readonly source?: ModelChain;
}

/** Everything one answer and its score take. */
export interface EvaluationContext extends RolloutBounds {
  readonly plan: OptimizationPlan;
  readonly target: LiveModel;
  readonly judge: LiveModel;
  readonly scorer: Scorer;
  /** The user's own application instead of one call of the target. */
  readonly agent?: Agent;
  readonly meter: Meter;
  /** Counts what the answers were; absent where nobody reads it. */
  readonly tally?: AnswerTally;
  readonly signal: AbortSignal;
  /** Ends the run at once: what is under way is dropped. */
  readonly abort: (reason: DaoOptError) => void;
}

/** An outcome with what its answer cost in time. */
export interface MeasuredOutcome extends Outcome {
  readonly latencyMs?: number;
  /** Of the answer, whoever paid for it and when; absent when it did not tell its tokens. */
  readonly cost?: AnswerCost;
  /** Cut off by a limit that the tool set and the user did not. */
  readonly isToolLimited?: true;
}

export interface AnswerCost {
  readonly outputTokens: number;
  /** null when the price is unknown. */
  readonly usd: number | null;
}

/** Counts what the answers to rows were, model by model. */
interface AnswerTally {
  note(spec: ModelSpec, completion: Completion): void;
  /** A line for each kind of missing answer, with its number and the likely cause. */
  readonly lines: readonly string[];
}

export function createAnswerTally(): AnswerTally {
  const byModel = new Map<string, { readonly spec: ModelSpec; readonly counts: MissingCounts }>();
  return {
    note(spec, completion) {
      const counts = byModel.get(spec.key)?.counts ?? noAnswers;
      byModel.set(spec.key, { spec, counts: countAnswer(counts, completion) });
    },
    get lines() {
      return [...byModel.values()].flatMap(({ spec, counts }) => {
        const { maxTokens } = spec.parameters;
        return describeMissing(counts, {
          model: spec.key,
          ...(maxTokens === undefined ? {} : { maxTokens }),
        });
      });
    },
  };
}

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
    return meanOf(values);
  };
  return {
    outputTokens: mean(({ cost }) => cost?.outputTokens),
    usd: mean(({ cost }) => cost?.usd),
  };
}
