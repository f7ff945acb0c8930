import type { RunListener } from "../../contracts/events.ts";
import type { RunPlan } from "../../contracts/run-plan.ts";
import type { Project } from "../../project/project.ts";
import { openEvaluation } from "../../run/evaluate/open-evaluation.ts";
import type { PlannedWork } from "../../run/progress/progress-state.ts";
import type { OpenRuntime } from "../../run/session/open-runtime.ts";
import type { SessionLimits } from "../../run/session/session-guard.ts";
import { toolVersion } from "../../version.ts";
import { type CliContext, lookOf } from "../context.ts";
import type { Settings } from "../settings.ts";
import { progressShown, startProgress } from "../terminal/progress.ts";
import type { OpenedConfig } from "./open-config.ts";
import { concurrencyOf, openPool } from "./open-pool.ts";

interface EvaluationSessionRequest {
  readonly opened: OpenedConfig;
  readonly plan: RunPlan;
  readonly project: Project;
  readonly limits: SessionLimits;
  readonly plannedWork: (optimization: string) => PlannedWork | undefined;
}

interface EvaluationSession extends Pick<OpenRuntime, "runtime" | "close"> {
  /** Shows an event of the command itself. */
  readonly listen: RunListener;
}

/** What a command needs to score answers without a search: models, workers and the progress on stderr. */
export async function openEvaluationSession(
  { opened, plan, project, limits, plannedWork }: EvaluationSessionRequest,
  settings: Settings,
  context: CliContext,
): Promise<EvaluationSession> {
  const progress = await startProgress(context, {
    look: lookOf(context, context.stderr, settings),
    shows: progressShown(settings),
    isVerbose: settings.verbose === true,
    plannedWork,
  });
  const pool = await openPool(opened.config, settings, context);
  const { runtime, close } = await openEvaluation({
    opened,
    plan,
    project,
    concurrency: concurrencyOf(settings, pool),
    pool,
    usesCache: settings.cache !== false,
    session: limits,
    listeners: [progress.listen],
    clock: context.clock,
    toolVersion,
    onSignal: context.onSignal,
    exitNow: context.exitNow,
  });
  return {
    runtime,
    listen: progress.listen,
    async close() {
      progress.stop();
      await close();
      await pool?.close();
    },
  };
}

/** The budgets of a config limit searches; flags limit a command that only scores. */
export function withoutBudgets(project: Project): Project {
  return {
    ...project,
    optimizations: project.optimizations.map((one) => ({ ...one, config: { ...one.config, budget: {} } })),
  };
}
