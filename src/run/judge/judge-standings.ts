import type { JudgeStanding } from "../../contracts/judge-check.ts";
import type { RunPlan } from "../../contracts/run-plan.ts";
import type { RunRecord } from "../../contracts/run-record.ts";
import { defined } from "../../core/defined.ts";
import type { Catalog } from "../../plugins/catalog.ts";
import { judgesOf } from "./find-judge.ts";
import { findJudgeCheck } from "./judge-checks.ts";

interface StandingSources {
  readonly catalog: Catalog;
  /** The config's folder. */
  readonly directory: string;
  readonly statePath: string;
}

/** The record with what is known of each judge's agreement with people. Runs without judges stay as they are. */
export async function withJudgeStandings(
  record: RunRecord,
  plan: RunPlan,
  { statePath, ...sources }: StandingSources,
): Promise<RunRecord> {
  const standings = new Map<string, JudgeStanding[]>();
  for (const { plan: one, spec, identity } of await judgesOf(plan, sources)) {
    const check = (await findJudgeCheck(statePath, identity.digest)) ?? null;
    const standing = defined({
      scorer: spec.use,
      model: plan.models[one.models.judge]?.name ?? one.models.judge,
      prompt: spec.prompt,
      digest: identity.digest,
      check,
    });
    standings.set(one.name, [...(standings.get(one.name) ?? []), standing]);
  }
  if (standings.size === 0) return record;
  const optimizations = record.optimizations.map((one) => {
    const judges = standings.get(one.name);
    return judges === undefined ? one : { ...one, judges };
  });
  return { ...record, optimizations };
}
