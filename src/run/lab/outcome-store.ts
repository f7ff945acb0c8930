import type { Example } from "../../core/data/example.ts";
import type { Candidate, CandidateId } from "../../core/prompt/candidate.ts";
import type { MeasuredOutcome } from "./evaluation-context.ts";

/** A candidate's results on a list of rows. */
interface Standing {
  readonly mean: number;
  /** Rows with an outcome, and the failed ones among them. */
  readonly rows: number;
  readonly failed: number;
}

/** All candidates and outcomes of a search. Each pair of candidate and row has one outcome per sample. */
export interface OutcomeStore {
  add(candidate: Candidate): { readonly candidate: Candidate; readonly isNew: boolean };
  readonly candidates: readonly Candidate[];
  find(id: CandidateId): Candidate | undefined;
  /** The known or pending outcome; undefined if the pair was never requested. */
  outcome(id: CandidateId, example: Example, repeat: number): Promise<MeasuredOutcome> | undefined;
  keep(id: CandidateId, example: Example, repeat: number, outcome: Promise<MeasuredOutcome>): void;
  /** Completed outcomes of the first sample, in the order of the examples; pending ones are left out. */
  arrived(id: CandidateId, examples: readonly Example[]): readonly MeasuredOutcome[];
  standing(id: CandidateId, examples: readonly Example[]): Standing;
}

/** Outcomes of one candidate, keyed by row id, so that look-ups need no composite key. */
interface Sample {
  readonly asked: Map<string, Promise<MeasuredOutcome>>;
  readonly arrived: Map<string, MeasuredOutcome>;
}

export function createOutcomeStore(): OutcomeStore {
  const candidates = new Map<CandidateId, Candidate>();
  // By sample number, from 0.
  const samples = new Map<CandidateId, Sample[]>();
  const sampleOf = (id: CandidateId, repeat: number): Sample => {
    const own = samples.get(id) ?? [];
    samples.set(id, own);
    own[repeat] ??= { asked: new Map(), arrived: new Map() };
    return own[repeat];
  };

  const arrived: OutcomeStore["arrived"] = (id, examples) => {
    const known = samples.get(id)?.[0]?.arrived;
    return known === undefined ? [] : examples.flatMap((example) => known.get(example.id) ?? []);
  };

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
    outcome: (id, example, repeat) => samples.get(id)?.[repeat]?.asked.get(example.id),
    keep(id, example, repeat, outcome) {
      const sample = sampleOf(id, repeat);
      sample.asked.set(example.id, outcome);
      outcome.then(
        (value) => sample.arrived.set(example.id, value),
        // A pair that the budget did not cover may be requested again.
        () => sample.asked.delete(example.id),
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
