import type { OptimizationRecord, RowAnswer, RowResult } from "../../contracts/run-record.ts";
import type { JsonObject } from "../../core/data/json.ts";
import type { Template } from "../../core/prompt/prompt.ts";

/**
 * `at_parity`: the interval of optimized ÷ source reaches 1, so that nothing measured speaks against the move.
 * `below_parity`: it does not. `not_measured`: no test rows, or no answers of the source on them.
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

/** One side of the comparison; figures per call, on the same held-out rows. */
export interface MigrationSide {
  /** Key in the config. */
  readonly model: string;
  readonly score: number | null;
  /** null when a price is unknown. */
  readonly usdPerCall: number | null;
  readonly latencyMs: number | null;
}

/** What a migration of one optimization came to. */
export interface MigrationOutcome {
  readonly name: string;
  readonly decision: MigrationDecision;
  /** A sentence for the user. */
  readonly reason: string;
  readonly source: MigrationSide;
  readonly target: MigrationSide;
  readonly parity: { readonly ratio: number; readonly interval: readonly [number, number] } | null;
  readonly rows: number;
  /** Of the target against the source; against the base where the source was not measured. */
  readonly worse: readonly RowChange[];
  readonly better: readonly RowChange[];
  readonly prompts: readonly {
    readonly key: string;
    readonly path: string;
    readonly before: Template;
    readonly after: Template;
    /** The version registered; null when nothing was. */
    readonly version: number | null;
  }[];
}

/** Pure: reads what a run left behind. */
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
    return { decision: "failed", reason: error?.message ?? "the optimization did not end" };
  const { source } = scores;
  if (source === undefined) {
    const reason = isUnsplit
      ? "too few rows to hold any back: collect more"
      : "the source model was not measured on the test rows";
    return { decision: "not_measured", reason };
  }
  const [low, high] = source.interval;
  if (high < 1)
    return {
      decision: "below_parity",
      reason: `the target does at most ${percent(high)} of what the source does`,
    };
  return {
    decision: "at_parity",
    reason: `no difference from the source is proven; the target does at least ${percent(low)} of what it does`,
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
