import type { Evaluation } from "../../contracts/optimizer.ts";
import type { Example } from "../../core/data/example.ts";
import type { Candidate, CandidateId } from "../../core/prompt/candidate.ts";
import { meanOf } from "../../core/statistics/mean.ts";

/** Measurements of all engines, first samples only. */
export interface SharedMeasurements {
  /** Number of these rows that no engine has requested: the cost of an evaluation. */
  fresh(id: CandidateId, rows: readonly Example[], repeat: number): number;
  noteAsked(id: CandidateId, rows: readonly Example[], repeat: number): void;
  noteFound(candidate: Candidate, evaluation: Evaluation): void;
  /** Undefined for rows that are unmeasured or failed. */
  score(id: CandidateId, row: Example): number | undefined;
  /** Mean over the scored rows among these; undefined unless all of them were measured. */
  mean(id: CandidateId, rows: readonly Example[]): number | undefined;
  /** Mean lead of one over the other on rows scored for both; 0 without any. */
  lead(one: CandidateId, other: CandidateId, rows: readonly Example[]): number;
  /** True if it is right on every one of these rows, none of them missing. */
  isPerfect(id: CandidateId, rows: readonly Example[]): boolean;
  /** Candidates measured on any row, in the order of their first answers. */
  readonly candidates: readonly Candidate[];
}

export function createSharedMeasurements(): SharedMeasurements {
  const asked = new Set<string>();
  const found = new Map<CandidateId, Map<string, number | undefined>>();
  const candidates = new Map<CandidateId, Candidate>();
  const score = (id: CandidateId, row: Example) => found.get(id)?.get(row.id);
  const keyOf = (id: CandidateId, row: Example, repeat: number) => `${id} ${row.id} ${repeat}`;
  return {
    fresh: (id, rows, repeat) =>
      new Set(rows.map((row) => keyOf(id, row, repeat)).filter((key) => !asked.has(key))).size,
    noteAsked(id, rows, repeat) {
      for (const row of rows) asked.add(keyOf(id, row, repeat));
    },
    noteFound(candidate, { outcomes }) {
      const card = found.get(candidate.id) ?? new Map<string, number | undefined>();
      found.set(candidate.id, card);
      if (!candidates.has(candidate.id)) candidates.set(candidate.id, candidate);
      for (const { example, score } of outcomes) card.set(example.id, score?.value);
    },
    score,
    lead(one, other, rows) {
      const leads = rows.flatMap((row) => {
        const [ours, theirs] = [score(one, row), score(other, row)];
        return ours === undefined || theirs === undefined ? [] : [ours - theirs];
      });
      return meanOf(leads);
    },
    isPerfect: (id, rows) => rows.every((row) => score(id, row) === 1),
    mean(id, rows) {
      const card = found.get(id);
      if (card === undefined || !rows.every((row) => card.has(row.id))) return undefined;
      const scores = rows.flatMap((row) => card.get(row.id) ?? []);
      return meanOf(scores);
    },
    get candidates() {
      return [...candidates.values()];
    },
  };
}
