import type { JsonObject } from "../core/data/json.ts";

/** A figure from −1 to 1 with its interval; null where it is undefined. */
export interface CheckedFigure {
  readonly value: number | null;
  readonly interval: readonly [number, number] | null;
}

/** A measured agreement of a judge with people. */
export interface JudgeCheck {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly judge: {
    /** Name or module path of the scorer. */
    readonly scorer: string;
    readonly options: JsonObject;
    readonly model: JsonObject;
    /** SHA-256 over scorer, options (with its instructions) and model. */
    readonly digest: string;
  };
  readonly labels: {
    /** File, dataset column or trace store. */
    readonly source: string;
    readonly digest: string;
    readonly scale: "binary" | "graded";
    readonly raters: readonly string[];
  };
  readonly confidence: number;
  /** Labels with a verdict of the judge. */
  readonly rows: number;
  readonly agreed: number;
  readonly kappa: CheckedFigure;
  /** Quadratically weighted; null for pass and fail. */
  readonly weightedKappa: CheckedFigure | null;
  readonly unreadable: number;
  readonly failed: number;
  /** A rule-based model answered. */
  readonly isOffline: boolean;
  /** The run whose held-out rows these are: the judge's instructions were optimized on other labels. */
  readonly run?: string;
}

/** A judge of a run, and what is known of its agreement with people. */
export interface JudgeStanding {
  readonly scorer: string;
  /** Name of the judge model. */
  readonly model: string;
  /** URI of the registered instructions, if the config names some. */
  readonly prompt?: string;
  readonly digest: string;
  /** The newest check of exactly this judge; null if it was never checked. */
  readonly check: JudgeCheck | null;
}
