import type { Lab, Outcome } from "../../contracts/optimizer.ts";
import type { Example } from "../../core/data/example.ts";
import type { Candidate, CandidateId } from "../../core/prompt/candidate.ts";
import { meanOf } from "../../core/statistics/mean.ts";

/** All outcomes of the search, by candidate and row. */
export interface Scorecards {
  /** Scores a candidate on rows; rows that already have a score cost nothing. */
  measure(candidate: Candidate, examples: readonly Example[]): Promise<void>;
  /** Runs failed rows once more; a row that succeeds then had failed by chance. */
  confirm(candidate: Candidate, examples: readonly Example[]): Promise<void>;
  /** Wrong, and not known to be a chance failure. A row without a score for infrastructure reasons is neither. */
  isFailure(id: CandidateId, example: Example): boolean;
  outcome(id: CandidateId, example: Example): Outcome | undefined;
  /** Undefined for rows that are unmeasured or failed. */
  score(id: CandidateId, example: Example): number | undefined;
  isMeasured(id: CandidateId, example: Example): boolean;
  /**
   * True if one scored higher than the other on a row. If the other was not measured, a right answer is
   * better. If it failed for infrastructure reasons, the row counts for neither.
   */
  isBetterOn(example: Example, one: Candidate, other: Candidate): boolean;
  /** Measured or in progress. */
  isAsked(id: CandidateId, example: Example): boolean;
  /** Mean over the measured rows among these; 0 if there are none. */
  mean(id: CandidateId, examples: readonly Example[]): number;
  /** Mean lead of one over the other on rows scored for both; 0 without any. */
  lead(one: CandidateId, other: CandidateId, examples: readonly Example[]): number;
  /** True if it is right on every one of these rows, none of them missing. */
  isPerfect(id: CandidateId, examples: readonly Example[]): boolean;
  /** Number of rollouts requested from the lab so far. */
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
      // A race requests all its rows at every block; known outcomes are not requested again.
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
      const value = score(id, example);
      const isWrong = value !== undefined && value !== 1;
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
