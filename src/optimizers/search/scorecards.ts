import type { Lab, Outcome } from "../../contracts/optimizer.ts";
import type { Example } from "../../core/data/example.ts";
import type { Candidate, CandidateId } from "../../core/prompt/candidate.ts";
import { meanOf } from "../../core/statistics/mean.ts";

/** Every outcome the search has seen, by candidate and row. */
export interface Scorecards {
  /** Scores a candidate on rows; rows it has been scored on cost nothing. */
  measure(candidate: Candidate, examples: readonly Example[]): Promise<void>;
  /** Runs rows that went wrong once more; a row that goes right then was bad luck. */
  confirm(candidate: Candidate, examples: readonly Example[]): Promise<void>;
  /** Wrong, and not known to be bad luck. */
  isFailure(id: CandidateId, example: Example): boolean;
  outcome(id: CandidateId, example: Example): Outcome | undefined;
  /** Undefined while not measured, and for rows that failed. */
  score(id: CandidateId, example: Example): number | undefined;
  isMeasured(id: CandidateId, example: Example): boolean;
  /**
   * Did one do better than the other on a row? Where the other was not measured, right is better; where it failed
   * by infrastructure, the row counts for neither.
   */
  isBetterOn(example: Example, one: Candidate, other: Candidate): boolean;
  /** Measured, or under way. */
  isAsked(id: CandidateId, example: Example): boolean;
  /** Mean over the measured rows among these; 0 when there are none. */
  mean(id: CandidateId, examples: readonly Example[]): number;
  /** Mean lead of one over the other on those of the rows that both have a score on; 0 without any. */
  lead(one: CandidateId, other: CandidateId, examples: readonly Example[]): number;
  /** Is it right on every one of these rows, none of them missing? */
  isPerfect(id: CandidateId, examples: readonly Example[]): boolean;
  /** Rollouts asked of the lab so far. */
  readonly rollouts: number;
}

export function createScorecards(lab: Lab): Scorecards {
  const cards = new Map<CandidateId, Map<string, Outcome>>();
  const asked = new Map<CandidateId, Set<string>>();
  let pairs = 0;
  const confirmed = new Map<string, Outcome | undefined>();
  const outcome = (id: CandidateId, example: Example) => cards.get(id)?.get(example.id);
  const score = (id: CandidateId, example: Example) => outcome(id, example)?.score?.value;
  return {
    async measure(candidate, examples) {
      if (examples.length === 0) return;
      const own = asked.get(candidate.id) ?? new Set();
      asked.set(candidate.id, own);
      pairs -= own.size;
      for (const { id } of examples) own.add(id);
      pairs += own.size;
      // A race asks for all rows of its course at every block: what is known is not asked for again.
      const unknown = examples.filter((example) => outcome(candidate.id, example) === undefined);
      const { outcomes } = await lab.evaluate(candidate, unknown);
      const card = cards.get(candidate.id) ?? new Map<string, Outcome>();
      cards.set(candidate.id, card);
      for (const found of outcomes) card.set(found.example.id, found);
    },
    async confirm(candidate, examples) {
      const keyOf = (example: Example) => `${candidate.id} ${example.id}`;
      const open = examples.filter((example) => !confirmed.has(keyOf(example)));
      if (open.length === 0) return;
      for (const example of open) confirmed.set(keyOf(example), undefined);
      const { outcomes } = await lab.evaluate(candidate, open, { repeat: 1 });
      for (const found of outcomes) confirmed.set(keyOf(found.example), found);
    },
    isFailure(id, example) {
      const isWrong = outcome(id, example) !== undefined && score(id, example) !== 1;
      return isWrong && confirmed.get(`${id} ${example.id}`)?.score?.value !== 1;
    },
    outcome,
    score,
    isMeasured: (id, example) => outcome(id, example) !== undefined,
    isBetterOn(example, one, other) {
      const [ours, theirs] = [score(one.id, example), score(other.id, example)];
      if (ours === undefined) return false;
      if (theirs !== undefined) return ours > theirs;
      return ours === 1 && outcome(other.id, example) === undefined;
    },
    isAsked: (id, example) => asked.get(id)?.has(example.id) === true,
    mean(id, examples) {
      const scores = examples.flatMap((example) => score(id, example) ?? []);
      return meanOf(scores);
    },
    lead(one, other, examples) {
      const leads = examples.flatMap((example) => {
        const [ours, theirs] = [score(one, example), score(other, example)];
        return ours === undefined || theirs === undefined ? [] : [ours - theirs];
      });
      return meanOf(leads);
    },
    isPerfect: (id, examples) => examples.every((example) => score(id, example) === 1),
    get rollouts() {
      return pairs + confirmed.size;
    },
  };
}
