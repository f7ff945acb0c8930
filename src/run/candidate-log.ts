import type { RunEvent } from "../contracts/events.ts";
import type { CandidateRecord } from "../contracts/run-record.ts";
import type { CandidateId, PromptTexts } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import type { Ledger } from "./lab/ledger.ts";

/** What became of every proposal, rejected ones too, gathered from the engine's events. */
export interface CandidateLog {
  note(event: RunEvent["event"]): void;
  records(validation: readonly Example[]): readonly CandidateRecord[];
  /** Steps the engine told of. */
  readonly steps: number;
  readonly reflectionFailures: number;
}

interface Entry {
  readonly id: CandidateId | null;
  readonly parents: readonly CandidateId[];
  readonly texts: PromptTexts;
  readonly step: number;
  readonly by: string;
  status: CandidateRecord["status"];
  reason: string | null;
}

export function createCandidateLog(ledger: Ledger): CandidateLog {
  const known = new Map<CandidateId, Entry>();
  const refused: Entry[] = [];
  let reflectionFailures = 0;
  let steps = 0;

  const entryOf = (id: CandidateId, parents: readonly CandidateId[], step: number, by: string): Entry => {
    const entry = known.get(id) ?? {
      id,
      parents,
      texts: ledger.find(id)?.texts ?? {},
      step,
      by,
      status: "proposed",
      reason: null,
    };
    known.set(id, entry);
    return entry;
  };

  return {
    note(event) {
      if (event.type === "step-started") steps = Math.max(steps, event.step);
      if (event.type === "reflection-failed") reflectionFailures++;
      if (event.type === "candidate-proposed") entryOf(event.candidate, event.parents, event.step, event.by);
      if (event.type === "candidate-accepted")
        entryOf(event.candidate, [], event.step, "").status = "accepted";
      if (event.type === "candidate-rejected") {
        const { candidate, parents, step, reason } = event;
        if (candidate === undefined) {
          refused.push({
            id: null,
            parents,
            texts: event.texts ?? {},
            step,
            by: "",
            status: "rejected",
            reason,
          });
          return;
        }
        Object.assign(entryOf(candidate, parents, step, ""), { status: "rejected", reason });
      }
    },
    records(validation) {
      const measured = ledger.candidates.map((candidate, at): CandidateRecord => {
        const standing = ledger.standing(candidate.id, validation);
        const entry = known.get(candidate.id);
        return {
          id: candidate.id,
          parents: candidate.parents,
          texts: candidate.texts,
          step: entry?.step ?? 0,
          by: entry?.by ?? "",
          status: at === 0 ? "seed" : (entry?.status ?? "proposed"),
          reason: entry?.reason ?? null,
          validation: standing.rows === 0 ? null : standing.mean,
          validationRows: standing.rows,
          promptTokens: candidate.promptTokens,
        };
      });
      const unborn = refused.map(
        (entry): CandidateRecord => ({ ...entry, validation: null, validationRows: 0, promptTokens: null }),
      );
      return [...measured, ...unborn];
    },
    get steps() {
      return steps;
    },
    get reflectionFailures() {
      return reflectionFailures;
    },
  };
}
