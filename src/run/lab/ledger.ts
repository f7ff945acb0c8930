import type { Candidate, CandidateId } from "../../core/candidate.ts";
import type { Example } from "../../core/example.ts";
import type { MeasuredOutcome } from "./rollout.ts";

/** How a candidate stands on a list of rows. */
export interface Standing {
  readonly mean: number;
  /** Rows with an outcome, and those of them that failed. */
  readonly rows: number;
  readonly failed: number;
}

/** Every candidate and every outcome of a search. No pair is in it twice. */
export interface Ledger {
  add(candidate: Candidate): { readonly candidate: Candidate; readonly isNew: boolean };
  readonly candidates: readonly Candidate[];
  find(id: CandidateId): Candidate | undefined;
  /** The outcome known or under way; undefined when the pair was never asked for. */
  outcome(id: CandidateId, example: Example, repeat: number): Promise<MeasuredOutcome> | undefined;
  keep(id: CandidateId, example: Example, repeat: number, outcome: Promise<MeasuredOutcome>): void;
  /** Outcomes of the first sample that have arrived, in the order of the examples; gaps left out. */
  arrived(id: CandidateId, examples: readonly Example[]): readonly MeasuredOutcome[];
  standing(id: CandidateId, examples: readonly Example[]): Standing;
}

export function createLedger(): Ledger {
  const candidates = new Map<CandidateId, Candidate>();
  const asked = new Map<string, Promise<MeasuredOutcome>>();
  const arrivals = new Map<string, MeasuredOutcome>();
  const keyOf = (id: CandidateId, example: Example, repeat: number) => `${id} ${example.id} ${repeat}`;

  const arrived: Ledger["arrived"] = (id, examples) =>
    examples.flatMap((example) => arrivals.get(keyOf(id, example, 0)) ?? []);

  return {
    add(candidate) {
      const known = candidates.get(candidate.id);
      if (known !== undefined) return { candidate: known, isNew: false };
      candidates.set(candidate.id, candidate);
      return { candidate, isNew: true };
    },
    get candidates() {
      return [...candidates.values()];
    },
    find: (id) => candidates.get(id),
    outcome: (id, example, repeat) => asked.get(keyOf(id, example, repeat)),
    keep(id, example, repeat, outcome) {
      const key = keyOf(id, example, repeat);
      asked.set(key, outcome);
      outcome.then(
        (value) => arrivals.set(key, value),
        // A pair that could not be paid for may be asked for again.
        () => asked.delete(key),
      );
    },
    arrived,
    standing(id, examples) {
      const outcomes = arrived(id, examples);
      const scores = outcomes.flatMap(({ score }) => (score === undefined ? [] : [score.value]));
      const sum = scores.reduce((total, value) => total + value, 0);
      return {
        mean: scores.length === 0 ? 0 : sum / scores.length,
        rows: outcomes.length,
        failed: outcomes.length - scores.length,
      };
    },
  };
}
