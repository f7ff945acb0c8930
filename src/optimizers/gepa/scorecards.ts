import type { Lab, Outcome } from "../../contracts/optimizer.ts";
import type { Candidate, CandidateId } from "../../core/candidate.ts";
import type { Example } from "../../core/example.ts";

/** Every outcome the search has seen, by candidate and row. */
export interface Scorecards {
  /** Scores a candidate on rows; rows it has been scored on cost nothing. */
  measure(candidate: Candidate, examples: readonly Example[]): Promise<void>;
  outcome(id: CandidateId, example: Example): Outcome | undefined;
  /** Undefined while not measured, and for rows that failed. */
  score(id: CandidateId, example: Example): number | undefined;
  isMeasured(id: CandidateId, example: Example): boolean;
  /** Measured, or under way. */
  isAsked(id: CandidateId, example: Example): boolean;
  /** Mean over the measured rows among these; 0 when there are none. */
  mean(id: CandidateId, examples: readonly Example[]): number;
  /** Pairs asked of the lab so far. */
  readonly rollouts: number;
}

export function createScorecards(lab: Lab): Scorecards {
  const cards = new Map<CandidateId, Map<string, Outcome>>();
  const asked = new Set<string>();
  const outcome = (id: CandidateId, example: Example) => cards.get(id)?.get(example.id);
  const score = (id: CandidateId, example: Example) => outcome(id, example)?.score?.value;
  return {
    async measure(candidate, examples) {
      if (examples.length === 0) return;
      for (const example of examples) asked.add(`${candidate.id} ${example.id}`);
      const { outcomes } = await lab.evaluate(candidate, examples);
      const card = cards.get(candidate.id) ?? new Map<string, Outcome>();
      cards.set(candidate.id, card);
      for (const found of outcomes) card.set(found.example.id, found);
    },
    outcome,
    score,
    isMeasured: (id, example) => outcome(id, example) !== undefined,
    isAsked: (id, example) => asked.has(`${id} ${example.id}`),
    mean(id, examples) {
      const scores = examples.flatMap((example) => score(id, example) ?? []);
      return scores.length === 0 ? 0 : scores.reduce((sum, value) => sum + value, 0) / scores.length;
    },
    get rollouts() {
      return asked.size;
    },
  };
}
