import type { OptimizationPlan, RunPlan } from "../../../contracts/run-plan.ts";
import { DatasetError } from "../../../core/errors.ts";
import { problemLines } from "../../../datasets/dataset-failure.ts";
import { isModulePath } from "../../../plugins/load-module.ts";
import type { Project } from "../../../project/project.ts";
import { withSessionLimits } from "../../../run/budget/output-limits.ts";
import { modelChainOf } from "../../../run/budget/worst-case.ts";
import { askJudgeOfLabels, type JudgedLabels } from "../../../run/judge/ask-judge-of-labels.ts";
import { type FoundJudge, findJudge } from "../../../run/judge/find-judge.ts";
import {
  type GatheredLabels,
  gatherLabels,
  type LabelRequest,
} from "../../../run/judge/labels/gather-labels.ts";
import type { Label } from "../../../run/judge/labels/label.ts";
import { probeLabels } from "../../../run/judge/probe-labels.ts";
import { planRun } from "../../../run/plan/plan-run.ts";
import type { CliContext } from "../../context.ts";
import { openEvaluationSession, withoutBudgets } from "../../session/evaluation-session.ts";
import type { OpenedConfig } from "../../session/open-config.ts";
import { openStores } from "../../session/workspace.ts";
import { type Settings, sessionLimits } from "../../settings.ts";

/** A judge and the labels to ask it about. */
export interface PreparedCheck {
  readonly plan: RunPlan;
  readonly judge: FoundJudge;
  readonly gathered: GatheredLabels;
  /** Labels whose answer the judge is asked about; the scorer decides the others by itself. */
  readonly asked: readonly Label[];
  /** Labels left out because the scorer cannot score them (on_bad_row: skip). */
  readonly skipped: number;
}

/** Finds the judge and reads the labels, without a call. Rejects with every unusable label. */
export async function prepareCheck(
  opened: OpenedConfig,
  project: Project,
  {
    scorer,
    request,
    context,
  }: { readonly scorer: string | undefined; readonly request: LabelRequest; readonly context: CliContext },
): Promise<PreparedCheck> {
  const plan = planRun(withoutBudgets(project));
  const judge = await findJudge(plan, { name: scorer, ...opened, directory: project.directory });
  const optimization = project.optimizations[judge.at];
  if (optimization === undefined) throw new DatasetError("the config has no optimization");
  const { traces } = await openStores(opened.config, context);
  const gathered = await gatherLabels(request, { config: opened.config, optimization, traces });
  // A user's module is not run before it is needed.
  if (isModulePath(judge.spec.use)) return { plan, judge, gathered, asked: gathered.labels, skipped: 0 };
  const { asked, problems } = await probeLabels(judge.scorer, gathered.labels);
  if (problems.length === 0) return { plan, judge, gathered, asked, skipped: 0 };
  const isSkipping = optimization.config.onBadRow === "skip" && problems.length < gathered.labels.length;
  if (!isSkipping) {
    const { name } = optimization.dataset;
    throw new DatasetError(
      [`${judge.spec.use} cannot score ${problems.length} labels`, ...problemLines(problems)].join("\n"),
      problems,
      {
        hint: `give these labels the expected answer, or the inputs of a row of dataset ${name} that has one`,
      },
    );
  }
  const places = new Set(problems.map(({ file, line }) => `${file}:${line}`));
  const isUsable = ({ example: { origin } }: Label) => !places.has(`${origin.file}:${origin.line}`);
  const labels = gathered.labels.filter(isUsable);
  return { plan, judge, gathered: { ...gathered, labels }, asked, skipped: problems.length };
}

/** Asks the judge, within the limits of the flags. Answers are kept in the cache, as by `eval`. */
export async function runCheck(
  { plan: planned, judge, gathered, asked }: PreparedCheck,
  opened: OpenedConfig,
  project: Project,
  settings: Settings,
  context: CliContext,
): Promise<JudgedLabels> {
  const limits = sessionLimits(settings);
  // Only the judge is called: the other models need neither a key nor a price.
  const spec = planned.models[judge.plan.models.judge];
  const chain = spec === undefined ? [] : modelChainOf(spec, planned.models);
  const models = Object.fromEntries(chain.map((one) => [one.key, one]));
  const plan = { ...planned, models: withSessionLimits(models, limits) };
  const optimization = plan.optimizations[judge.at] as OptimizationPlan;
  const plannedWork = () => ({ calls: Math.round(asked.length * judge.scorer.judgeCalls.usual) });
  const session = await openEvaluationSession(
    { opened, plan, project, limits, plannedWork },
    settings,
    context,
  );
  try {
    const task = { plan: optimization, models: plan.models, scorer: judge.scorer, labels: gathered.labels };
    return await askJudgeOfLabels(task, session.runtime);
  } finally {
    await session.close();
  }
}
