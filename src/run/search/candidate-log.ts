import type { EngineEvent, RunEvent } from "../../contracts/events.ts";
import type { CandidateRecord, ReflectionCounts } from "../../contracts/run-record.ts";
import type { Example } from "../../core/data/example.ts";
import type { CandidateId, PromptTexts } from "../../core/prompt/candidate.ts";
import type { OutcomeStore } from "../lab/outcome-store.ts";

/** Collects the fate of every proposal, including rejected ones, from the engine's events. */
export interface CandidateLog {
  /**
   * Records an event, and how many calls the search had made by then. Returns the events to report before it:
   * candidates that the engine drafted in the step now ending and never reported.
   */
  note(event: RunEvent["event"], calls?: number): readonly EngineEvent[];
  /** Whether the engine reported the same fate of the same candidate in this step before. */
  isRepeated(event: RunEvent["event"]): boolean;
  /** Candidates that the engine drafted but has not reported yet, as proposals of its current step. */
  unreported(): readonly EngineEvent[];
  /**
   * Records the candidate that the runner chose. Returns an event to report if the engine did not accept it:
   * the record must not show a published candidate as rejected.
   */
  choose(id: CandidateId, reason: string, validation: number): readonly EngineEvent[];
  records(validation: readonly Example[]): readonly CandidateRecord[];
  /** Number of steps the engine reported. */
  readonly steps: number;
  readonly reflectionFailures: number;
  /** Number of candidates the engine reported. */
  readonly proposals: number;
  /** Unusable replies by cause, and replies used without a complete fence. */
  readonly replies: Pick<ReflectionCounts, "refused" | "unfenced">;
}

interface Entry {
  readonly id: CandidateId | null;
  readonly parents: readonly CandidateId[];
  readonly texts: PromptTexts;
  readonly step: number;
  readonly by: string;
  status: CandidateRecord["status"];
  reason: string | null;
  /** Calls of the search when its fate was first decided: a later prune rejects what was the best until then. */
  calls?: number | undefined;
  /** Its step and maker are guesses, because the engine has not reported it. */
  isGuessed?: boolean;
}

const seedMaker = "base";

const refusals: readonly (readonly [start: string, cause: string])[] = [
  ["the reply holds no fenced block", "no_fence"],
  ["the fenced block of the reply is never closed", "open_fence"],
  ["the reply holds several fenced blocks", "many_fences"],
  ["the fenced block of the reply is empty", "empty"],
  ["the same text as", "same_text"],
];

/**
 * Undefined for reasons that do not concern a reply: failed reflections are counted where they are requested.
 */
function refusalCause(reason: string): string | undefined {
  return refusals.find(([start]) => reason.startsWith(start))?.[1];
}

/** The event as a key, if it decides on a candidate; refused replies are no candidates, and each counts. */
function fateOf(event: RunEvent["event"]): string | undefined {
  if (event.type === "candidate-rejected" && event.candidate !== undefined)
    return JSON.stringify([event.type, event.candidate, event.step, event.reason]);
  if (event.type === "candidate-accepted")
    return JSON.stringify([event.type, event.candidate, event.step, event.validation]);
  return undefined;
}

/** `engine` is the maker of candidates for which the engine reports none. */
export function createCandidateLog(outcomeStore: OutcomeStore, engine = "engine"): CandidateLog {
  const known = new Map<CandidateId, Entry>();
  const fates = new Set<string>();
  const refused: Entry[] = [];
  const causes = new Map<string, number>();
  let unfenced = 0;
  let reflectionFailures = 0;
  let proposals = 0;
  let steps = 0;

  const entryOf = (id: CandidateId, step: number, by = engine): Entry => {
    const found = outcomeStore.find(id);
    const before = known.get(id);
    const entry = (before?.isGuessed === true ? undefined : before) ?? {
      id,
      parents: found?.parents ?? [],
      texts: found?.texts ?? {},
      step,
      by,
      status: "proposed",
      reason: null,
    };
    known.set(id, entry);
    return entry;
  };

  const refuse = (cause: string | undefined): void => {
    if (cause !== undefined) causes.set(cause, (causes.get(cause) ?? 0) + 1);
  };

  /** The number of candidates when each step started. */
  const starts: { readonly step: number; readonly count: number }[] = [];

  /** The step in which a candidate was drafted; 0 before the first. */
  const stepOf = (index: number): number => starts.findLast(({ count }) => count <= index)?.step ?? 0;

  const unreported = (count = outcomeStore.candidates.length): readonly EngineEvent[] =>
    outcomeStore.candidates.slice(1, count).flatMap(({ id, parents, texts }, at): EngineEvent[] => {
      if (known.has(id)) return [];
      const step = stepOf(at + 1);
      entryOf(id, step).isGuessed = true;
      return [{ type: "candidate-proposed", step, candidate: id, parents, texts, by: engine }];
    });

  /** The events of candidates of the step before the last one: an engine may draft a step ahead of its events. */
  const unreportedBefore = (step: number): readonly EngineEvent[] => {
    const events = unreported(starts.at(-1)?.count ?? 0);
    starts.push({ step, count: outcomeStore.candidates.length });
    return events;
  };

  const noteCalls = (id: CandidateId, calls: number | undefined): void => {
    const entry = known.get(id);
    if (entry !== undefined) entry.calls ??= calls;
  };

  const take = (event: RunEvent["event"], calls: number | undefined): void => {
    switch (event.type) {
      case "step-started":
        steps = Math.max(steps, event.step);
        return;
      case "reflection-failed":
        reflectionFailures++;
        refuse(refusalCause(event.reason));
        return;
      case "reply-refused":
        refuse(event.cause);
        return;
      case "reply-unfenced":
        unfenced++;
        return;
      case "candidate-proposed":
        proposals++;
        entryOf(event.candidate, event.step, event.by);
        return;
      case "candidate-accepted":
        Object.assign(entryOf(event.candidate, event.step), {
          status: "accepted",
          reason: null,
        });
        noteCalls(event.candidate, calls);
        return;
      case "candidate-rejected": {
        const { candidate, parents, step, reason, by = engine, texts = {} } = event;
        const fate = { status: "rejected", reason } as const;
        if (candidate === undefined && event.by === undefined) refuse(refusalCause(reason) ?? "contract");
        if (candidate === undefined) refused.push({ id: null, parents, texts, step, by, calls, ...fate });
        else Object.assign(entryOf(candidate, step, by), fate);
        if (candidate !== undefined) noteCalls(candidate, calls);
      }
    }
  };

  return {
    isRepeated(event) {
      const fate = fateOf(event);
      return fate !== undefined && fates.has(fate);
    },
    note(event, calls) {
      const fate = fateOf(event);
      if (fate !== undefined) fates.add(fate);
      const before = event.type === "step-started" ? unreportedBefore(event.step) : [];
      take(event, calls);
      return before;
    },
    unreported,
    choose(id, reason, validation) {
      const entry = known.get(id) ?? entryOf(id, steps);
      if (entry.status === "accepted") return [];
      const verdict = entry.reason === null ? "" : `; the search: ${entry.reason}`;
      Object.assign(entry, { status: "accepted", reason: `chosen by the runner as ${reason}${verdict}` });
      return [{ type: "candidate-accepted", step: entry.step, candidate: id, validation }];
    },
    records(validation) {
      const measured = outcomeStore.candidates.map((candidate, at): CandidateRecord => {
        const standing = outcomeStore.standing(candidate.id, validation);
        const entry = known.get(candidate.id);
        return {
          id: candidate.id,
          parents: candidate.parents,
          texts: candidate.texts,
          step: at === 0 ? 0 : (entry?.step ?? stepOf(at)),
          by: at === 0 ? seedMaker : (entry?.by ?? engine),
          status: at === 0 ? "seed" : (entry?.status ?? "proposed"),
          reason: at === 0 ? null : (entry?.reason ?? null),
          validation: standing.rows === 0 ? null : standing.mean,
          validationRows: standing.rows,
          promptTokens: candidate.promptTokens,
          ...(entry?.calls === undefined ? {} : { calls: entry.calls }),
        };
      });
      const unborn = refused.map(
        ({ calls, ...entry }): CandidateRecord => ({
          ...entry,
          validation: null,
          validationRows: 0,
          promptTokens: null,
          ...(calls === undefined ? {} : { calls }),
        }),
      );
      return [...measured, ...unborn];
    },
    get steps() {
      return steps;
    },
    get reflectionFailures() {
      return reflectionFailures;
    },
    get proposals() {
      return proposals;
    },
    get replies() {
      return { refused: Object.fromEntries(causes), unfenced };
    },
  };
}
