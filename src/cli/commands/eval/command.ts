import { resolve } from "node:path";
import type { PromptVersion } from "../../../contracts/registry.ts";
import type { Example } from "../../../core/data/example.ts";
import { type DaoOptError, NotFoundError, UsageError } from "../../../core/errors.ts";
import { nearNames } from "../../../core/text/near-names.ts";
import type { Project, ProjectOptimization } from "../../../project/project.ts";
import { resolveProject } from "../../../project/resolve-project.ts";
import { withSessionLimits } from "../../../run/budget/output-limits.ts";
import { evalTargetsOf } from "../../../run/evaluate/eval-targets.ts";
import { type EvaluationResult, evaluateTarget } from "../../../run/evaluate/evaluate-target.ts";
import { planRun } from "../../../run/plan/plan-run.ts";
import { isOfflinePlan } from "../../../run/session/run-context.ts";
import { type CliContext, lookOf } from "../../context.ts";
import { exitCodeOf, exitDone } from "../../exit-codes.ts";
import { endingErrorOutput, endingOutput } from "../../output/ending-output.ts";
import { answersOutput, spendOutput } from "../../output/spend-output.ts";
import { openEvaluationSession, withoutBudgets } from "../../session/evaluation-session.ts";
import { type OpenedConfig, openConfig } from "../../session/open-config.ts";
import { writeBelow } from "../../session/write-file.ts";
import { onlyOf, readSettings, type Settings, sessionLimits } from "../../settings.ts";
import { describeError } from "../../terminal/describe-error.ts";
import { startFetchProgress } from "../../terminal/fetch-progress.ts";
import { printNotices } from "../../terminal/notices.ts";
import type { EvalOutput, EvaluationOutput } from "./output.ts";
import { renderEvalJunit, renderEvaluations } from "./text.ts";

const splits = ["train", "validation", "test"] as const;
type SplitName = EvaluationOutput["split"];

/** `eval`: scores the base, source and registered prompts on rows. */
export async function evalCommand(
  [file = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const settings = await readSettings(options, context, file);
  const split = splitOf(options["split"]);
  const opened = await openConfig(file, settings, context);
  const look = lookOf(context, context.stderr, settings);
  const fetching = await startFetchProgress(context, settings);
  const project = withoutBudgets(
    await resolveProject(opened.config, {
      ...opened,
      ...onlyOf(settings),
      mlflow: "fetch",
      onFetch: fetching.listen,
    }).finally(fetching.stop),
  );
  try {
    const rows = project.optimizations.map((one) => rowsOf(one, split));
    if (settings.quiet !== true) printNotices(context, look, project);
    const isAsked = options["against"] !== undefined;
    const versions = isAsked
      ? await findVersions(options["against"], opened)
      : split === "test"
        ? await parentsOf(project, opened)
        : [];
    const { output, error } = await evaluate(opened, project, versions, { rows, split, settings, context });
    const confidence = project.optimizations[0]?.config.gate.confidence ?? 0.95;
    context.stdout.write(
      settings.json === true
        ? `${JSON.stringify(output, null, 2)}\n`
        : renderEvaluations(output, confidence, lookOf(context, context.stdout, settings)),
    );
    if (error !== undefined && settings.json !== true) {
      context.stderr.write(describeError(error, { look, isDebug: settings.debug === true }));
    }
    if (settings.junit !== undefined) {
      await writeBelow(resolve(context.cwd, settings.junit), renderEvalJunit(output));
    }
    return output.exit_code;
  } finally {
    for (const { dataset } of project.optimizations) await dataset.close();
  }
}

interface Wanted {
  readonly rows: readonly (readonly Example[])[];
  readonly split: SplitName;
  readonly settings: Settings;
  readonly context: CliContext;
}

async function evaluate(
  opened: OpenedConfig,
  project: Project,
  versions: readonly PromptVersion[],
  { rows, split, settings, context }: Wanted,
): Promise<{ output: EvalOutput; error: DaoOptError | undefined }> {
  const planned = planRun(project);
  const limits = sessionLimits(settings);
  const plan = { ...planned, models: withSessionLimits(planned.models, limits) };
  const evalTargets = evalTargetsOf(plan.optimizations, versions);
  const names = plan.optimizations.map(({ name }) => name);
  /** Evaluations of an optimization that are not done, with the current one. */
  const left = evalTargets.map(({ length }) => length);
  const plannedWork = (name: string) => {
    const at = names.indexOf(name);
    const callsPerRow = 1 + (project.optimizations[at]?.judgeCalls.usual ?? 0);
    return { calls: Math.round((left[at] ?? 0) * (rows[at]?.length ?? 0) * callsPerRow) };
  };
  const session = await openEvaluationSession(
    { opened, plan, project, limits, plannedWork },
    settings,
    context,
  );
  const evaluations: EvaluationOutput[] = [];
  session.listen({
    run: "eval",
    at: context.clock.now().toISOString(),
    event: { type: "run-started", optimizations: names },
  });
  let error: DaoOptError | undefined;
  try {
    for (const [at, { name, data }] of plan.optimizations.entries()) {
      const results: EvaluationResult[] = [];
      for (const [place, evalTarget] of (evalTargets[at] ?? []).entries()) {
        if (error !== undefined) break;
        left[at] = (evalTargets[at]?.length ?? 0) - place;
        const result = await evaluateTarget(evalTarget, plan.models, rows[at] ?? [], session.runtime);
        results.push(result);
        error = result.error;
      }
      const size = rows[at]?.length ?? 0;
      const measured = results.map(resultOutput);
      evaluations.push({ optimization: name, dataset: data.name, split, rows: size, results: measured });
    }
  } finally {
    await session.close();
  }
  const output: EvalOutput = {
    ...(evaluations[0] as EvaluationOutput),
    status: endingOutput(error),
    exit_code: error === undefined ? exitDone : exitCodeOf(error),
    offline: plan.optimizations.some((one) => isOfflinePlan(one, plan.models)),
    error: endingErrorOutput(error),
    evaluations,
  };
  return { output, error };
}

function splitOf(value: unknown): SplitName {
  if (value === undefined) return "all";
  const found = splits.find((name) => name === value);
  if (found !== undefined) return found;
  const near = nearNames(String(value), splits);
  throw new UsageError(`--split: unknown part "${String(value)}"`, {
    hint: near.length > 0 ? `did you mean ${near[0]}?` : `there are ${splits.join(", ")}`,
  });
}

async function findVersions(given: unknown, { registry }: OpenedConfig) {
  const references = Array.isArray(given)
    ? given.filter((one): one is string => typeof one === "string")
    : [];
  return Promise.all(references.map((reference) => registry.get(reference, { defaultSelector: "latest" })));
}

/** Data digests of the versions in use, compared with the test rows to detect leaks. */
async function parentsOf(project: Project, { registry }: OpenedConfig): Promise<readonly PromptVersion[]> {
  const prompts = project.optimizations.flatMap((one) => one.prompts);
  const parents = await Promise.all(
    prompts.map(async ({ path, baseVersion }) => {
      const version = baseVersion === null ? undefined : await registry.find(`${path}@${baseVersion}`);
      const parent = version?.origin?.parent;
      return parent === undefined ? undefined : registry.find(`${path}@${parent}`);
    }),
  );
  const found = parents.flatMap((version) => version ?? []);
  return [...new Map(found.map((version) => [version.uri, version])).values()];
}

function rowsOf(source: ProjectOptimization, split: SplitName): readonly Example[] {
  if (split === "all") return source.dataset.examples;
  const rows = source.split[split];
  if (rows.length === 0) {
    throw new NotFoundError("rows in part", split, [], {
      hint: `dataset ${source.dataset.name} has too few rows for a ${split} part`,
    });
  }
  return rows;
}

function resultOutput(result: EvaluationResult): EvaluationOutput["results"][number] {
  const { reference, version, model, score, interval, rows, failed, seconds, usage, answers, notes } = result;
  return {
    ref: reference,
    version,
    model,
    score,
    interval: interval === null ? null : [interval[0], interval[1]],
    rows,
    failed,
    answers: answersOutput(answers),
    notes: [...notes],
    seconds,
    usage: spendOutput(usage),
    usd_per_call: result.usdPerCall,
    latency_ms: result.latencyMs,
  };
}
