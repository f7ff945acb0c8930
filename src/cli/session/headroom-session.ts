import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import { type DaoOptError, UsageError } from "../../core/errors.ts";
import type { Project, ProjectOptimization } from "../../project/project.ts";
import { withSessionLimits } from "../../run/budget/output-limits.ts";
import { estimateHeadroom } from "../../run/headroom/estimate-headroom.ts";
import { type HeadroomVerdict, headroomVerdict } from "../../run/headroom/headroom-verdict.ts";
import { type HeadroomResult, measureHeadroom } from "../../run/headroom/measure-headroom.ts";
import {
  defaultHeadroomCalls,
  type HeadroomPlan,
  leastHeadroomCalls,
  planHeadroom,
} from "../../run/headroom/plan-headroom.ts";
import { planRun } from "../../run/plan/plan-run.ts";
import { isOfflinePlan } from "../../run/session/run-context.ts";
import { answerSetOf } from "../../scorers/format/answer-set.ts";
import { type CliContext, lookOf } from "../context.ts";
import { type Settings, sessionLimits } from "../settings.ts";
import { countOf, formatUsd } from "../terminal/format.ts";
import { printNotices } from "../terminal/notices.ts";
import { openEvaluationSession, withoutBudgets } from "./evaluation-session.ts";
import type { OpenedConfig } from "./open-config.ts";

/** The headroom test of one optimization. */
export interface TestedHeadroom {
  readonly plan: OptimizationPlan;
  /** Name of the target model. */
  readonly model: string;
  readonly headroom: HeadroomPlan;
  readonly result: HeadroomResult;
  readonly verdict: HeadroomVerdict;
}

export interface HeadroomSession {
  /** Cap on paid calls, all optimizations together. */
  readonly maxCalls: number;
  readonly tested: readonly TestedHeadroom[];
  readonly isOffline: boolean;
  /** The error or limit that ended the tests early. */
  readonly error?: DaoOptError;
}

/**
 * Tests the headroom of every optimization of a project, one after the other, after printing what it may cost.
 * Only train and validation rows are asked.
 */
export async function headroomSession(
  opened: OpenedConfig,
  given: Project,
  settings: Settings,
  context: CliContext,
): Promise<HeadroomSession> {
  const project = withoutBudgets(given);
  const planned = planRun(project);
  const maxCalls = settings.maxCalls ?? defaultCalls(planned.optimizations);
  const limits = { ...sessionLimits(settings), calls: maxCalls };
  const plan = { ...planned, models: withSessionLimits(planned.models, limits) };
  const headrooms = planEach(project, maxCalls);
  const look = lookOf(context, context.stderr, settings);
  const costs = plan.optimizations.map((one, at) =>
    estimateHeadroom(
      one,
      plan.models,
      project.optimizations[at] as ProjectOptimization,
      headrooms[at] as HeadroomPlan,
    ),
  );
  if (settings.quiet !== true) {
    printNotices(context, look, { warnings: [], notes: [spendingNote(headrooms, costs, maxCalls)] });
  }
  const plannedOf = new Map(
    plan.optimizations.map(({ name }, at) => [name, { calls: headrooms[at]?.calls ?? 0 }]),
  );
  const plannedWork = (name: string) => plannedOf.get(name);
  const session = await openEvaluationSession(
    { opened, plan, project, limits, plannedWork },
    settings,
    context,
  );
  const tested: TestedHeadroom[] = [];
  let error: DaoOptError | undefined;
  try {
    for (const [at, optimization] of plan.optimizations.entries()) {
      if (error !== undefined) break;
      const headroom = headrooms[at] as HeadroomPlan;
      const { split } = project.optimizations[at] as ProjectOptimization;
      const answers = answerSetOf([...split.validation, ...split.train].slice(0, mostRowsRead));
      const task = { plan: optimization, models: plan.models, headroom, answers };
      const result = await measureHeadroom(task, session.runtime);
      const { confidence } = optimization.gate;
      const verdict = headroomVerdict(result.findings, { testRows: split.test.length, confidence });
      const { target } = optimization.models;
      tested.push({
        plan: optimization,
        model: plan.models[target]?.name ?? target,
        headroom,
        result,
        verdict,
      });
      error = result.error;
    }
  } finally {
    await session.close();
  }
  const isOffline = plan.optimizations.some((one) => isOfflinePlan(one, plan.models));
  return { maxCalls, tested, isOffline, ...(error === undefined ? {} : { error }) };
}

/** Rows that are read to find the labels. */
const mostRowsRead = 10_000;

function defaultCalls(plans: readonly OptimizationPlan[]): number {
  return plans.reduce((sum, { models }) => sum + defaultHeadroomCalls(models.source !== undefined), 0);
}

/** Divides the calls equally. Throws UsageError if they are too few to measure anything. */
function planEach({ optimizations }: Project, maxCalls: number): readonly HeadroomPlan[] {
  const each = Math.floor(maxCalls / optimizations.length);
  return optimizations.map(({ config, split, judgeCalls }) => {
    const ask = { judgeCalls: judgeCalls.usual, hasSource: config.sourceModel !== undefined };
    const least = leastHeadroomCalls(ask);
    if (each < least) {
      const all = least * optimizations.length;
      throw new UsageError(`--max-calls must be at least ${all} for a headroom test, got ${maxCalls}`, {
        hint: optimizations.length === 1 ? undefined : "or test one optimization with --only",
      });
    }
    return planHeadroom(split, { maxCalls: each, ...ask });
  });
}

function spendingNote(
  headrooms: readonly HeadroomPlan[],
  costs: readonly (number | null)[],
  maxCalls: number,
): string {
  const calls = headrooms.reduce((sum, one) => sum + one.calls, 0);
  const usd = costs.reduce<number | null>((sum, one) => (sum === null || one === null ? null : sum + one), 0);
  const cost = usd === null ? "at an unknown price" : `about ${formatUsd(usd)}`;
  return `headroom: up to ${countOf(calls, "call")}, ${cost}; never more than ${maxCalls} (--max-calls)`;
}
