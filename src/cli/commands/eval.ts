import { resolve } from "node:path";
import { type DaoOptError, InterruptedError, NotFoundError, UsageError } from "../../core/errors.ts";
import type { Example } from "../../core/example.ts";
import { nearNames } from "../../core/near-names.ts";
import type { Project, ProjectOptimization } from "../../project/project.ts";
import { resolveProject } from "../../project/resolve-project.ts";
import { contendersOf, type EvaluationResult, evaluateContender } from "../../run/evaluate-project.ts";
import { openEvaluation } from "../../run/open-evaluation.ts";
import { planRun } from "../../run/plan-run.ts";
import { isOfflinePlan } from "../../run/run-context.ts";
import { toolVersion } from "../../version.ts";
import { type CliContext, lookOf } from "../context.ts";
import { exitCodeOf, exitDone } from "../exit-codes.ts";
import { type OpenedConfig, openConfig } from "../open-config.ts";
import type { EvalOutput, EvaluationOutput } from "../output/eval-output.ts";
import { spendOutput } from "../output/run-output.ts";
import { readSettings } from "../settings.ts";
import { describeError } from "../terminal/describe-error.ts";
import { formatCount, formatInterval, formatScore, formatSeconds, formatUsd } from "../terminal/format.ts";
import { renderJunit } from "../terminal/junit.ts";
import { startProgress } from "../terminal/progress.ts";
import { renderTable } from "../terminal/table.ts";
import { writeOutput } from "../write-file.ts";

const defaultConcurrency = 8;
const splits = ["train", "validation", "test"] as const;
type SplitName = EvaluationOutput["split"];

/** `eval`: scores base, source and registered versions on rows, nothing else. */
export async function evalCommand(
  [file = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const settings = await readSettings(options, context, file);
  const split = splitOf(options["split"]);
  const opened = await openConfig(file, settings, context);
  const project = await resolveProject(opened.config, {
    ...opened,
    ...(settings.only === undefined ? {} : { only: settings.only }),
  });
  const plan = planRun(withoutBudgets(project));
  const versions = await findVersions(options["against"], opened);
  const progress = await startProgress(context, {
    look: lookOf(context, context.stderr, settings),
    isQuiet: settings.quiet === true || settings.progress === false,
    isVerbose: settings.verbose === true,
    plannedCalls: () => undefined,
  });
  const session = await openEvaluation({
    opened,
    plan,
    project,
    concurrency: settings.concurrency ?? defaultConcurrency,
    usesCache: settings.cache !== false,
    session: {
      ...(settings.maxCalls === undefined ? {} : { calls: settings.maxCalls }),
      ...(settings.maxCost === undefined ? {} : { usd: settings.maxCost }),
      ...(settings.timeout === undefined ? {} : { timeoutMs: settings.timeout }),
    },
    listeners: [progress.listen],
    clock: context.clock,
    toolVersion,
    onSignal: context.onSignal,
    exitNow: context.exitNow,
  });
  const evaluations: EvaluationOutput[] = [];
  let error: DaoOptError | undefined;
  try {
    for (const [at, one] of plan.optimizations.entries()) {
      const source = project.optimizations[at] as ProjectOptimization;
      const rows = rowsOf(source, split);
      const results: EvaluationResult[] = [];
      for (const contender of contendersOf(one, versions)) {
        if (error !== undefined) break;
        const result = await evaluateContender(contender, plan.models, rows, session.runtime);
        results.push(result);
        error = result.error;
      }
      evaluations.push({
        optimization: one.name,
        dataset: one.data.name,
        split,
        rows: rows.length,
        results: results.map(resultOutput),
      });
    }
  } finally {
    progress.stop();
    await session.close();
    for (const { dataset } of project.optimizations) await dataset.close();
  }
  const exitCode = error === undefined ? exitDone : exitCodeOf(error);
  const output: EvalOutput = {
    ...(evaluations[0] as EvaluationOutput),
    status: statusOf(error),
    exit_code: exitCode,
    offline: plan.optimizations.some((one) => isOfflinePlan(one, plan.models)),
    evaluations,
  };
  if (settings.junit !== undefined)
    await writeOutput(resolve(context.cwd, settings.junit), junitOf(output, error));
  if (settings.json === true) context.stdout.write(`${JSON.stringify(output, null, 2)}\n`);
  else context.stdout.write(renderEvaluations(output, lookOf(context, context.stdout, settings)));
  if (error !== undefined && settings.json !== true) {
    context.stderr.write(
      describeError(error, {
        look: lookOf(context, context.stderr, settings),
        isDebug: settings.debug === true,
      }),
    );
  }
  return exitCode;
}

function splitOf(value: unknown): SplitName {
  if (value === undefined) return "all";
  const found = splits.find((name) => name === value);
  if (found !== undefined) return found;
  const near = nearNames(String(value), splits);
  throw new UsageError(`--split: no part named "${String(value)}"`, {
    hint: near.length > 0 ? `did you mean ${near[0]}?` : `there are ${splits.join(", ")}`,
  });
}

/** `eval` measures all it is asked to; a search's budget is not its limit. */
function withoutBudgets(project: Project): Project {
  return {
    ...project,
    optimizations: project.optimizations.map((one) => ({ ...one, config: { ...one.config, budget: {} } })),
  };
}

async function findVersions(given: unknown, { registry }: OpenedConfig) {
  const references = Array.isArray(given)
    ? given.filter((one): one is string => typeof one === "string")
    : [];
  return Promise.all(references.map((reference) => registry.get(reference, { defaultSelector: "latest" })));
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
  return {
    ref: result.reference,
    model: result.model,
    score: result.score,
    interval: result.interval === null ? null : [...result.interval],
    rows: result.rows,
    failed: result.failed,
    seconds: result.seconds,
    usage: spendOutput(result.usage),
  };
}

function statusOf(error: DaoOptError | undefined): EvalOutput["status"] {
  if (error === undefined) return "completed";
  if (!(error instanceof InterruptedError)) return "failed";
  return error.reason === "SIGINT" || error.reason === "SIGTERM" ? "interrupted" : "budget";
}

function renderEvaluations(output: EvalOutput, look: ReturnType<typeof lookOf>): string {
  const columns = [
    "Prompt",
    "Model",
    "Score",
    "95 % CI",
    "Rows",
    "Failed",
    "Calls",
    "Tokens",
    "Cost",
    "Time",
  ].map((title) => ({ title }));
  const parts = output.evaluations.map(({ optimization, dataset, split, results }) => {
    const rows = results.map(({ ref, model, score, interval, rows: scored, failed, seconds, usage }) => [
      ref,
      model,
      formatScore(score),
      interval === null ? "" : formatInterval(interval),
      formatCount(scored),
      formatCount(failed),
      formatCount(usage.calls),
      formatCount(usage.input_tokens + usage.output_tokens),
      formatUsd(usage.usd),
      formatSeconds(seconds),
    ]);
    return `${optimization}: dataset ${dataset}, ${split === "all" ? "all rows" : `${split} rows`}\n${renderTable(columns, rows, look)}`;
  });
  const offline = output.offline
    ? "offline: rule-made stand-ins answered; these figures say nothing about a real model\n"
    : "";
  return `${parts.join("\n")}${offline}`;
}

function junitOf(output: EvalOutput, error: DaoOptError | undefined): string {
  return renderJunit(
    "dao-opt eval",
    output.evaluations.flatMap(({ optimization, results }) =>
      results.map((result, at) => ({
        name: result.ref,
        className: optimization,
        seconds: result.seconds,
        output: `score ${formatScore(result.score)} on ${result.rows} rows`,
        ...(error !== undefined && at === results.length - 1 ? { error: error.message } : {}),
      })),
    ),
  );
}
