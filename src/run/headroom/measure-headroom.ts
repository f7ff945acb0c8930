import type { OptimizationPlan, RunPlan } from "../../contracts/run-plan.ts";
import type { AnswerCounts } from "../../contracts/run-record.ts";
import type { Example } from "../../core/data/example.ts";
import { type DaoOptError, isDaoOptError } from "../../core/errors.ts";
import { meanOf } from "../../core/statistics/mean.ts";
import { meanInterval } from "../../core/statistics/mean-interval.ts";
import type { Spend } from "../../core/usage.ts";
import { findFormatFailures, fullScore } from "../../scorers/format/find-format-failures.ts";
import type { AnswerSet } from "../../scorers/format/format-fault.ts";
import { sourceTarget } from "../evaluate/eval-targets.ts";
import { liveModel, openEvaluationContext } from "../evaluate/open-evaluation-context.ts";
import { scoreRows } from "../evaluate/score-rows.ts";
import { answeredRows } from "../gate/format-advice.ts";
import { createErrorWatch } from "../lab/error-watch.ts";
import type { EvaluationContext, MeasuredOutcome } from "../lab/evaluation-context.ts";
import { createMeter } from "../lab/meter.ts";
import { createEmitter, type Runtime } from "../session/run-context.ts";
import type { HeadroomFindings } from "./headroom-findings.ts";
import type { HeadroomPlan } from "./plan-headroom.ts";
import { sampleTemperature, withTemperature } from "./sample-temperature.ts";

export interface HeadroomResult {
  readonly findings: HeadroomFindings;
  readonly usage: Spend;
  readonly answers: AnswerCounts;
  readonly seconds: number;
  /** One line for each kind of missing answer. */
  readonly notes: readonly string[];
  /** The error that ended the test early; the findings cover the answers until then. */
  readonly error?: DaoOptError;
}

/** Everything that a headroom test of one optimization needs. */
interface HeadroomTask {
  readonly plan: OptimizationPlan;
  readonly models: RunPlan["models"];
  readonly headroom: HeadroomPlan;
  readonly answers: AnswerSet;
}

/**
 * Measures the base on a few rows: score, noise of a second answer, failures by format, the source model on the
 * same rows, and more samples of the wrong rows. An error or limit ends it with what was measured until then.
 */
export async function measureHeadroom(task: HeadroomTask, runtime: Runtime): Promise<HeadroomResult> {
  const { plan, models, headroom, answers } = task;
  const emit = createEmitter(runtime, plan.name);
  const meter = createMeter((role, origin, spend) => emit({ type: "call-finished", role, origin, spend }));
  const startedMs = runtime.elapsedMs();
  const evaluation = await openEvaluationContext(plan, models, runtime, meter);
  emit({ type: "phase-started", phase: "evaluation", rows: headroom.rows.length });
  const watch = createErrorWatch(plan.maxErrorRate, emit, headroom.rows.length);
  const { catalog, directory } = runtime;
  const formatOf = (outcomes: readonly MeasuredOutcome[]) =>
    findFormatFailures(answeredRows(outcomes), plan.scorers, { answers, catalog, directory });
  const ask = async (side: EvaluationContext, rows: readonly Example[], options: AskOptions) => {
    const outcomes: (MeasuredOutcome | undefined)[] = rows.map(() => undefined);
    const { concurrency } = runtime;
    const failure = await scoreRows(side, rows, { concurrency, ...options }, (outcome, at) => {
      outcomes[at] = outcome;
      if (options.isBase) watch.note([outcome]);
    }).then(
      () => undefined,
      (cause: unknown) => {
        if (!isDaoOptError(cause)) throw cause;
        return cause;
      },
    );
    error ??= failure;
    return outcomes;
  };
  let error: DaoOptError | undefined;
  try {
    const base = await ask(evaluation, headroom.rows, { role: "target", isBase: true });
    const { agent: _agent, ...single } = evaluation;
    const source =
      plan.models.source === undefined || headroom.compared === 0 || error !== undefined
        ? []
        : await ask(sourceSide(single, task, runtime), headroom.rows.slice(0, headroom.compared), {
            role: "source",
          });
    const first = headroom.rows.slice(0, headroom.repeated);
    const again =
      error === undefined ? await ask(evaluation, first, { role: "target", repeatOf: () => 1 }) : [];
    const done = base.flatMap((outcome) => outcome ?? []);
    const failures = await formatOf(done);
    const noise = noiseOf(base, again);
    const wrong = await wrongRows(done, formatOf);
    const isVaried = noise === null || noise.reworded > 0;
    const temperature = sampleTemperature(evaluation, isVaried);
    let samples: HeadroomFindings["samples"] = null;
    if (error === undefined && temperature !== "fixed") {
      const chosen = wrong.slice(0, headroom.sampled);
      const { samples: each } = headroom;
      const drawn = await ask(
        temperature === null ? evaluation : withTemperature(evaluation, temperature),
        chosen.flatMap((example) => Array.from({ length: each }, () => example)),
        // The first two answers at the model's own temperature are known.
        { role: "target", repeatOf: (at) => (at % each) + (temperature === null ? 2 : 0) },
      );
      const right = await rightRows(drawn, formatOf);
      const rows = chosen.filter((_, at) => drawn.slice(at * each, (at + 1) * each).some(Boolean));
      if (rows.length > 0)
        samples = {
          rows: rows.length,
          each,
          right: rows.filter(({ id }) => right.has(id)).length,
          temperature,
        };
    }
    const scores = scoresOf(done);
    const lost = failures.findings.reduce((sum, { points }) => sum + points, 0);
    const { confidence } = plan.gate;
    const findings: HeadroomFindings = {
      base: {
        score: scores.length === 0 ? null : meanOf(scores),
        interval: scores.length === 0 ? null : meanInterval(scores, { confidence, seed: plan.seed }),
        rows: scores.length,
        failed: done.length - scores.length,
        wrong: scores.filter((score) => score < fullScore).length,
      },
      noise,
      format: { failures, gain: scores.length === 0 ? 0 : lost / scores.length },
      source: sourceFindings(base, source),
      samples,
    };
    const seconds = (runtime.elapsedMs() - startedMs) / 1000;
    const notes = evaluation.tally?.lines ?? [];
    const spent = { usage: meter.total, answers: meter.answers, seconds, notes };
    return { findings, ...spent, ...(error === undefined ? {} : { error }) };
  } finally {
    await evaluation.agent?.close?.();
  }
}

interface AskOptions {
  readonly role: "target" | "source";
  readonly repeatOf?: (at: number) => number;
  readonly isBase?: boolean;
}

function sourceSide(
  evaluation: EvaluationContext,
  { plan, models }: HeadroomTask,
  runtime: Runtime,
): EvaluationContext {
  const side = sourceTarget(plan, plan.models.source ?? "");
  return { ...evaluation, plan: side.plan, target: liveModel(side.modelKey, models, runtime) };
}

function scoresOf(outcomes: readonly MeasuredOutcome[]): readonly number[] {
  return outcomes.flatMap(({ score }) => score?.value ?? []);
}

type Outcomes = readonly (MeasuredOutcome | undefined)[];

function noiseOf(base: Outcomes, again: Outcomes): HeadroomFindings["noise"] {
  const pairs = again.flatMap((second, at) => {
    const first = base[at];
    if (first?.score === undefined || second?.score === undefined) return [];
    return [{ moved: second.score.value - first.score.value, isReworded: second.output !== first.output }];
  });
  if (pairs.length === 0) return null;
  return {
    rows: pairs.length,
    changed: pairs.filter(({ moved }) => Math.abs(moved) > 1e-9).length,
    reworded: pairs.filter(({ isReworded }) => isReworded).length,
    variance: meanOf(pairs.map(({ moved }) => moved * moved)),
  };
}

function sourceFindings(base: Outcomes, source: Outcomes): HeadroomFindings["source"] {
  const pairs = source.flatMap((one, at) => {
    const other = base[at]?.score?.value;
    return one?.score === undefined || other === undefined ? [] : [{ source: one.score.value, base: other }];
  });
  if (pairs.length === 0) return null;
  const score = meanOf(pairs.map((pair) => pair.source));
  const asked = source.filter((one) => one !== undefined);
  return {
    score,
    difference: score - meanOf(pairs.map((pair) => pair.base)),
    rows: pairs.length,
    failed: asked.filter((one) => one?.score === undefined).length,
  };
}

type FormatOf = (outcomes: readonly MeasuredOutcome[]) => ReturnType<typeof findFormatFailures>;

/** Rows with a score below 1 that are wrong in content too. */
async function wrongRows(
  outcomes: readonly MeasuredOutcome[],
  formatOf: FormatOf,
): Promise<readonly Example[]> {
  const failed = outcomes.filter(({ score }) => score !== undefined && score.value < fullScore);
  const readable = await rightRows(failed, formatOf);
  return failed.flatMap(({ example }) => (readable.has(example.id) ? [] : [example]));
}

/** Ids of the rows with an answer that is right, or right in content. */
async function rightRows(outcomes: Outcomes, formatOf: FormatOf): Promise<ReadonlySet<string>> {
  const done = outcomes.flatMap((outcome) => outcome ?? []);
  const right = done.filter(({ score }) => score !== undefined && score.value >= fullScore);
  const rows = answeredRows(done);
  const { at } = await formatOf(done);
  return new Set([
    ...right.map(({ example }) => example.id),
    ...[...at].flatMap((place) => rows[place]?.example.id ?? []),
  ]);
}
