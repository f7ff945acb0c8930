import type { Agent } from "../../contracts/agent.ts";
import type { Outcome } from "../../contracts/optimizer.ts";
import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import type { Scorer } from "../../contracts/scorer.ts";
import type { DaoOptError } from "../../core/errors.ts";
import type { ModelChain } from "../budget/model-chain.ts";
import type { AnswerTally } from "./answer-tally.ts";
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
