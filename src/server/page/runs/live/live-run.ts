import type { PlannedFigures, RunEvent } from "../../../../contracts/events.ts";
import type { CandidateId, PromptTexts } from "../../../../core/prompt/candidate.ts";
import { applyEvent, freshProgress, type ProgressState } from "../../../../run/progress/progress-state.ts";
import { rejectionCause } from "../../../../run/progress/rejection-cause.ts";

/** A rewrite as far as events describe it. */
export interface LiveCandidate {
  readonly id: CandidateId;
  readonly parents: readonly CandidateId[];
  readonly texts: PromptTexts;
  readonly by: string;
  readonly step: number;
  status: "proposed" | "accepted" | "rejected";
  reason: string | null;
  validation: number | null;
  /** Calls of the optimization when its fate was decided. */
  calls: number;
}

export interface LiveOptimization {
  readonly name: string;
  /** `queued`, `started`, or its final status. */
  status: string;
  phase: string | undefined;
  rows: number | undefined;
  answers: number;
  step: number | undefined;
  steps: number | undefined;
  base: { readonly validation: number; readonly rows: number; readonly calls: number } | undefined;
  best: { readonly id: CandidateId; readonly validation: number } | undefined;
  calls: number;
  usd: number | null;
  failedRows: number;
  /** Newest last. */
  readonly candidates: Map<CandidateId, LiveCandidate>;
  /** Rewrites that were dropped before a call was spent, by cause. */
  readonly dropped: Map<string, number>;
}

/** Something to show in the log of a run. */
export interface LiveNote {
  readonly at: string;
  readonly kind: "wait" | "retry" | "warning";
  readonly text: string;
}

/** What a run is doing, from its events; a resumed session starts it again. */
export interface LiveRun {
  progress: ProgressState;
  optimizations: Map<string, LiveOptimization>;
  readonly planned: Map<string, PlannedFigures>;
  concurrency: number | undefined;
  /** Newest last. */
  notes: LiveNote[];
  sessionStartedAt: string | undefined;
  lastEventAt: string | undefined;
}

const mostNotes = 30;
/** More are not drawn; the record has all. */
const mostCandidates = 500;

export function createLiveRun(): LiveRun {
  return {
    progress: freshProgress(0),
    optimizations: new Map(),
    planned: new Map(),
    concurrency: undefined,
    notes: [],
    sessionStartedAt: undefined,
    lastEventAt: undefined,
  };
}

export function applyRunEvent(run: LiveRun, { at, optimization, event }: RunEvent): void {
  const atMs = Date.parse(at) || 0;
  run.lastEventAt = at;
  if (event.type === "run-started") startSession(run, event, at, atMs);
  applyEvent(run.progress, { event, ...(optimization === undefined ? {} : { optimization }) }, atMs);
  if (event.type === "waiting" || event.type === "retrying") addNote(run, { at, ...noteOf(event) });
  if (event.type === "warning") addNote(run, { at, kind: "warning", text: event.message });
  const known = optimization === undefined ? undefined : run.optimizations.get(optimization);
  if (optimization === undefined) return;
  const one = known ?? queued(optimization);
  if (known === undefined) run.optimizations.set(optimization, one);
  applyToOptimization(one, event);
}

function startSession(
  run: LiveRun,
  event: Extract<RunEvent["event"], { type: "run-started" }>,
  at: string,
  atMs: number,
): void {
  run.progress = freshProgress(atMs);
  run.optimizations = new Map(event.optimizations.map((name) => [name, queued(name)]));
  run.planned.clear();
  for (const one of event.planned ?? []) run.planned.set(one.optimization, one);
  run.concurrency = event.concurrency;
  if (run.sessionStartedAt !== undefined)
    addNote(run, {
      at,
      kind: "warning",
      text: "Resumed: answers that were paid for are read from the journal",
    });
  run.sessionStartedAt = at;
}

function queued(name: string): LiveOptimization {
  return {
    ...{ name, status: "queued", phase: undefined, rows: undefined, answers: 0 },
    ...{ step: undefined, steps: undefined, base: undefined, best: undefined },
    ...{ calls: 0, usd: 0, failedRows: 0, candidates: new Map(), dropped: new Map() },
  };
}

function applyToOptimization(one: LiveOptimization, event: RunEvent["event"]): void {
  switch (event.type) {
    case "optimization-started":
      one.status = "started";
      return;
    case "optimization-finished":
      one.status = event.status;
      return;
    case "phase-started":
      Object.assign(one, { phase: event.phase, rows: event.rows, answers: 0 });
      return;
    case "base-measured":
      one.base = { validation: event.validation, rows: event.rows, calls: one.calls };
      return;
    case "step-started":
      one.step = event.step;
      one.steps = event.of !== undefined && Number.isFinite(event.of) ? event.of : undefined;
      return;
    case "step-finished":
      one.best = { id: event.best, validation: event.validation };
      return;
    case "call-finished":
      one.calls = event.spend.calls + event.spend.cachedCalls;
      one.usd = event.spend.usd;
      if (event.role === "target" || event.role === "source") one.answers++;
      return;
    case "row-failed":
      one.failedRows++;
      return;
    case "reflection-failed":
      countDropped(one, rejectionCause(event.reason));
      return;
    default:
      applyToCandidates(one, event);
  }
}

function applyToCandidates(one: LiveOptimization, event: RunEvent["event"]): void {
  if (event.type === "candidate-proposed") {
    const { candidate: id, parents, texts, by, step } = event;
    if (one.candidates.has(id)) return;
    const head = { id, parents, texts, by, step, calls: one.calls };
    one.candidates.set(id, { ...head, status: "proposed", reason: null, validation: null });
    const [oldest] = one.candidates.keys();
    if (one.candidates.size > mostCandidates && oldest !== undefined) one.candidates.delete(oldest);
    return;
  }
  if (event.type !== "candidate-accepted" && event.type !== "candidate-rejected") return;
  const known = event.candidate === undefined ? undefined : one.candidates.get(event.candidate);
  if (event.type === "candidate-rejected") {
    if (known === undefined) countDropped(one, rejectionCause(event.reason));
    else Object.assign(known, { status: "rejected", reason: event.reason, calls: one.calls });
    return;
  }
  if (known === undefined) return;
  const validation = event.validation ?? known.validation;
  Object.assign(known, { status: "accepted", validation, calls: one.calls });
  if (validation !== null && validation > (one.best?.validation ?? one.base?.validation ?? -1))
    one.best = { id: known.id, validation };
}

function countDropped({ dropped }: LiveOptimization, cause: string): void {
  dropped.set(cause, (dropped.get(cause) ?? 0) + 1);
}

function addNote({ notes }: LiveRun, note: LiveNote): void {
  notes.push(note);
  if (notes.length > mostNotes) notes.shift();
}

type WaitEvent = Extract<RunEvent["event"], { type: "waiting" | "retrying" }>;

/** `offline/large: rate limit (429), retry 2 of 5 in 12 s` */
function noteOf(event: WaitEvent): Pick<LiveNote, "kind" | "text"> {
  const { model, reason, status, seconds } = event;
  const why = reason.startsWith(model) ? reason : `${model}: ${reason}`;
  const code = status !== undefined && !why.includes(String(status)) ? ` (${status})` : "";
  const wait = `${seconds >= 1 ? Math.round(seconds) : Number(seconds.toFixed(1))} s`;
  if (event.type === "waiting") return { kind: "wait", text: `${why}${code}. All its calls wait ${wait}` };
  const attempt =
    event.attempt === undefined
      ? "retry"
      : `retry ${event.attempt}${event.of === undefined ? "" : ` of ${event.of}`}`;
  return { kind: "retry", text: `${why}${code}, ${attempt} in ${wait}` };
}
