import type { JsonObject } from "../../core/data/json.ts";

/** One run of MLflow for one optimization. */
export interface TrackedRunStart {
  readonly name: string;
  readonly params?: Readonly<Record<string, string | number | boolean>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** Absent: now. */
  readonly startedMs?: number;
  /** Id of the run to continue, if it still is there with `ownTags`; a new one otherwise. */
  readonly continues?: string | undefined;
  /** Those of `tags` that no other run has. */
  readonly ownTags?: Readonly<Record<string, string>>;
  /** Called when the server has the run, and when it has its end. */
  readonly onStatus?: (runId: string, status: TrackedStatus | "RUNNING") => void;
}

export interface TrackedDataset {
  readonly name: string;
  readonly digest: string;
  /** What it was used for: `training`, `validation`, `test`. */
  readonly context: string;
  /** For example `local` or `mlflow`. */
  readonly sourceType: string;
  readonly source: JsonObject;
}

export interface TrackedPrompt {
  readonly name: string;
  readonly version: number;
}

export interface TrackedArtifact {
  /** Below the run's artifacts: `report.html`. */
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly contentType: string;
}

export interface TrackedMetric {
  readonly key: string;
  readonly value: number;
  readonly step: number;
  readonly timestamp: number;
}

export type TrackedStatus = "FINISHED" | "FAILED" | "KILLED";
