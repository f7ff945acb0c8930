import type { JsonValue } from "../core/data/json.ts";
import type { CandidateId, PromptTexts } from "../core/prompt/candidate.ts";
import type { Spend } from "../core/usage.ts";

/** Progress of an engine's search. Listeners cannot change the outcome. */
export type EngineEvent =
  | { readonly type: "step-started"; readonly step: number; readonly of?: number }
  | {
      readonly type: "candidate-proposed";
      readonly step: number;
      readonly candidate: CandidateId;
      readonly parents: readonly CandidateId[];
      readonly texts: PromptTexts;
      readonly by: string;
    }
  | {
      readonly type: "candidate-accepted";
      readonly step: number;
      readonly candidate: CandidateId;
      readonly validation?: number;
    }
  | {
      readonly type: "candidate-rejected";
      readonly step: number;
      /** Absent if the text was rejected before it became a candidate. */
      readonly candidate?: CandidateId;
      readonly parents: readonly CandidateId[];
      readonly texts?: PromptTexts;
      readonly reason: string;
      /** How the rejected text was made. */
      readonly by?: string;
    }
  | { readonly type: "reflection-failed"; readonly step: number; readonly reason: string }
  /** A reply with an unusable text, which is requested once more, with the reason. */
  | { readonly type: "reply-refused"; readonly step: number; readonly cause: string; readonly reason: string }
  /** A reply without a complete fence that clearly is the whole text, and was used. */
  | { readonly type: "reply-unfenced"; readonly step: number }
  | {
      readonly type: "step-finished";
      readonly step: number;
      readonly best: CandidateId;
      readonly validation: number;
    }
  | { readonly type: "engine-note"; readonly message: string; readonly details?: JsonValue };

/** What the calls of an optimization are for. */
export type RunPhase = "base" | "search" | "gate" | "source" | "evaluation" | "collection";

/** The likely figures of an optimization before it began. */
export interface PlannedFigures {
  readonly optimization: string;
  readonly calls: number;
  /** null if a price is unknown. */
  readonly usd: number | null;
  /** null if a model was never timed. */
  readonly seconds: number | null;
}

/** Progress of the runner. */
export type RunnerEvent =
  | {
      readonly type: "run-started";
      readonly optimizations: readonly string[];
      /** Absent in runs before version 0.3.0. */
      readonly planned?: readonly PlannedFigures[];
      readonly concurrency?: number;
    }
  | { readonly type: "optimization-started"; readonly optimizer: string; readonly plannedCalls?: number }
  | { readonly type: "phase-started"; readonly phase: RunPhase; readonly rows?: number }
  /** The base was measured on all validation rows; `validation` is its mean. */
  | { readonly type: "base-measured"; readonly validation: number; readonly rows: number }
  | { readonly type: "call-finished"; readonly role: string; readonly origin: string; readonly spend: Spend }
  | {
      readonly type: "row-failed";
      readonly example: string;
      readonly code: string;
      readonly message: string;
      readonly hint?: string;
    }
  | { readonly type: "warning"; readonly message: string }
  /** The state of the queue and its workers: what is waited for, what went on, who refuses. */
  | { readonly type: "queue-note"; readonly message: string }
  /** All calls of a model wait for its rate limit. */
  | {
      readonly type: "waiting";
      readonly model: string;
      readonly seconds: number;
      readonly reason: string;
      /** HTTP status; absent if there was no answer. */
      readonly status?: number;
    }
  /** The first question of this session that another run is asking now; its answer is taken over. */
  | { readonly type: "answer-awaited"; readonly message: string; readonly owner?: string }
  /** One call is repeated after a temporary error. */
  | {
      readonly type: "retrying";
      readonly model: string;
      readonly seconds: number;
      readonly reason: string;
      readonly status?: number;
      /** 1 for the first retry of the call, and the most that are made. */
      readonly attempt?: number;
      readonly of?: number;
    }
  | { readonly type: "optimization-finished"; readonly status: string }
  | { readonly type: "run-finished"; readonly status: string; readonly exitCode?: number };

/** One line of `events.jsonl`. */
export interface RunEvent {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly run: string;
  readonly optimization?: string;
  readonly event: EngineEvent | RunnerEvent;
}

/** Receives the events of a run. A listener that throws or rejects gets no further events. */
export type RunListener = (event: RunEvent) => void;
