import type { RowAnswer, RowResult } from "../../contracts/row-result.ts";
import type { OptimizationRecord } from "../../contracts/run-record.ts";
import type { JsonObject } from "../../core/data/json.ts";
import type { Template } from "../../core/prompt/prompt.ts";

/**
 * `at_parity`: the interval of optimized ÷ source includes 1 or more, so no measurement contradicts the
 * migration. `below_parity`: it does not. `not_measured`: no test rows, or no answers of the source on them.
 */
type MigrationDecision = "at_parity" | "below_parity" | "not_measured" | "failed";

/** A test row on which the two models differ. */
export interface RowChange {
  readonly example: string;
  readonly inputs: JsonObject;
  readonly expected: string | null;
  readonly source: RowAnswer;
  readonly target: RowAnswer;
}

/** One side of the comparison. Values are per call, on the same held-out rows. */
export interface MigrationSide {
  /** Key in the config. */
  readonly model: string;
  readonly score: number | null;
  /** Null if a price is unknown. */
  readonly usdPerCall: number | null;
  readonly latencyMs: number | null;
}

/** The result of migrating one optimization. */
export interface MigrationOutcome {
  readonly name: string;
  readonly decision: MigrationDecision;
  /** A sentence for the user. */
  readonly reason: string;
  readonly source: MigrationSide;
  readonly target: MigrationSide;
  readonly parity: { readonly ratio: number; readonly interval: readonly [number, number] } | null;
  readonly rows: number;
  /** Compares the target with the source, or with the base if the source was not measured. */
  readonly worse: readonly RowChange[];
  readonly better: readonly RowChange[];
  readonly prompts: readonly {
    readonly key: string;
    readonly path: string;
    readonly before: Template;
    readonly after: Template;
    /** The registered version; null if none was registered. */
    readonly version: number | null;
  }[];
}

/** Pure function of a run's record. */
export function migrationOutcome(record: OptimizationRecord): MigrationOutcome {
  const { scores, plan } = record;
  const { source, test } = scores;
  const changes = record.rows.flatMap((row) => changeOf(row) ?? []);
  const { decision, reason } = decide(record);
  return {
    name: record.name,
    decision,
    reason,
    source: {
      model: plan.models.source ?? plan.models.target,
      score: source?.score ?? null,
      usdPerCall: source?.usd ?? null,
      latencyMs: source?.latencyMs ?? null,
    },
    target: {
      model: plan.models.target,
      score: test?.optimized ?? null,
      usdPerCall: source?.targetUsd ?? null,
      latencyMs: source?.targetLatencyMs ?? null,
    },
    parity: source === undefined ? null : { ratio: source.parity, interval: source.interval },
    rows: source?.rows ?? test?.rows ?? 0,
    worse: changes.filter(({ by }) => by < 0).map(({ change }) => change),
    better: changes.filter(({ by }) => by > 0).map(({ change }) => change),
    prompts: record.prompts.map(({ key, path, base, optimized, best }) => ({
      key,
      path,
      before: base.template,
      after: optimized?.template ?? best.template,
      version: optimized?.version ?? null,
    })),
  };
}

function decide({
  status,
  error,
  scores,
  isUnsplit,
}: OptimizationRecord): Pick<MigrationOutcome, "decision" | "reason"> {
  if (status === "failed" || status === "skipped")
    return { decision: "failed", reason: error?.message ?? "the optimization did not finish" };
  const { source } = scores;
  if (source === undefined) {
    const reason = isUnsplit
      ? "too few rows for a test set: collect more"
      : "the source model was not measured on the test rows";
    return { decision: "not_measured", reason };
  }
  const [low, high] = source.interval;
  if (high < 1)
    return {
      decision: "below_parity",
      reason: `the target reaches at most ${percent(high)} of the source's score`,
    };
  return {
    decision: "at_parity",
    reason: `no significant difference from the source; the target reaches at least ${percent(low)} of its score`,
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function changeOf(row: RowResult): { change: RowChange; by: number } | undefined {
  const { example, inputs, expected, optimized, base, source = base } = row;
  const by = (optimized.score ?? 0) - (source.score ?? 0);
  return by === 0 ? undefined : { change: { example, inputs, expected, source, target: optimized }, by };
}
