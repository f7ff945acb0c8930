import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import type { Example } from "../../core/data/example.ts";
import type { Candidate } from "../../core/prompt/candidate.ts";
import { type CallCost, callCostOf } from "../lab/evaluation-context.ts";
import type { OutcomeStore } from "../lab/outcome-store.ts";
import {
  type Appraisal,
  type CandidateChoice,
  chooseCandidate,
  type ScoredCandidate,
} from "./choose-candidate.ts";

/** A measured candidate with the inputs of the choice and of the price table. */
export interface Measured extends ScoredCandidate, CallCost {
  readonly candidate: Candidate;
}

/** The chosen candidate, the reason, and the candidates it was chosen from. */
export interface Winner extends CandidateChoice<Measured>, Appraisal<Measured> {
  readonly candidate: Candidate;
}

/** The best measured candidate; undefined if not even the base was measured on every validation row. */
export function chooseWinner(
  plan: Pick<OptimizationPlan, "objectives" | "select">,
  outcomeStore: OutcomeStore,
  validation: readonly Example[],
): Winner | undefined {
  const measured = outcomeStore.candidates.flatMap((candidate): Measured[] => {
    const outcomes = outcomeStore.arrived(candidate.id, validation);
    if (outcomes.length === 0) return [];
    const scoreOf = new Map(outcomes.map(({ example, score }) => [example.id, score?.value]));
    return [
      {
        candidate,
        scores: validation.map(({ id }) => scoreOf.get(id)),
        isComplete: outcomes.length === validation.length,
        promptTokens: candidate.promptTokens,
        ...callCostOf(outcomes),
      },
    ];
  });
  const choice = chooseCandidate(plan, measured);
  return choice && { ...choice, ...choice.chosen, candidate: choice.chosen.scoredCandidate.candidate };
}
