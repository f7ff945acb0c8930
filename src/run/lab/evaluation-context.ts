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

/** The inputs of a rollout's maximum cost. */
export interface RolloutBounds {
  readonly plan: Pick<OptimizationPlan, "agent">;
  readonly target: Pick<LiveModel, "modelChain">;
  readonly judge: Pick<LiveModel, "modelChain">;
  readonly scorer: Pick<Scorer, "judgeCalls" | "judgeOverheadTokens">;
  /** The source model and its fallbacks, if parity is measured. */
  readonly source?: ModelChain;
}

/** Everything needed to answer and score a row. */
export interface EvaluationContext extends RolloutBounds {
  readonly plan: OptimizationPlan;
  readonly target: LiveModel;
  readonly judge: LiveModel;
  readonly scorer: Scorer;
  /** The user's own application, in place of one call of the target. */
  readonly agent?: Agent;
  readonly meter: Meter;
  /** Counts the kinds of answers; absent if the counts are not used. */
  readonly tally?: AnswerTally;
  readonly signal: AbortSignal;
  /** Ends the run at once and drops calls in progress. */
  readonly abort: (reason: DaoOptError) => void;
}

/** An outcome with the cost and time of its answer. */
export interface MeasuredOutcome extends Outcome {
  readonly latencyMs?: number;
  /** Cost of the answer, regardless of who paid for it and when; absent if its token counts are unknown. */
  readonly cost?: AnswerCost;
  /** Cut off by a limit that the tool set, not the user. */
  readonly isToolLimited?: true;
}

export interface AnswerCost {
  readonly outputTokens: number;
  /** null if the price is unknown. */
  readonly usd: number | null;
}

/** Counts the kinds of answers, model by model. */
interface AnswerTally {
  note(spec: ModelSpec, completion: Completion): void;
  /** One line for each kind of missing answer, with its count and likely cause. */
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

/** Measured cost of one call with a prompt on the validation rows. */
export interface CallCost {
  /** Mean over the answers; null if the tokens of any answer are unknown. */
  readonly outputTokens: number | null;
  /** null if the price of any answer is unknown; never estimated. */
  readonly usd: number | null;
}

/**
 * Mean over the outcomes with an answer; an answer from a journal or cache counts with its original cost.
 */
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
