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

/** A candidate of the ledger with all that the choice and the table of prices say of it. */
export interface Measured extends ScoredCandidate, CallCost {
  readonly candidate: Candidate;
}

/** What a search chose, why, and what it chose from. */
export interface Winner extends CandidateChoice<Measured>, Appraisal<Measured> {
  readonly candidate: Candidate;
}

/** The best candidate of a ledger; undefined when not even the base was measured on every validation row. */
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
