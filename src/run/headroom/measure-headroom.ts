import type { OptimizationPlan, RunPlan } from "../../contracts/run-plan.ts";
import type { AnswerCounts } from "../../contracts/run-record.ts";
import type { Example } from "../../core/data/example.ts";
import { type DaoOptError, isDaoOptError } from "../../core/errors.ts";
import type { Spend } from "../../core/usage.ts";
import { findFormatFailures, fullScore } from "../../scorers/format/find-format-failures.ts";
import type { AnswerSet } from "../../scorers/format/format-fault.ts";
import { sourceTarget } from "../evaluate/eval-targets.ts";
import { liveModel, openEvaluationContext } from "../evaluate/open-evaluation-context.ts";
import { scoreRows } from "../evaluate/score-rows.ts";
import { answeredRows, isReadable } from "../gate/format-advice.ts";
import { createErrorWatch } from "../lab/error-watch.ts";
import type { EvaluationContext, MeasuredOutcome } from "../lab/evaluation-context.ts";
import { createMeter } from "../lab/meter.ts";
import { createEmitter, type Runtime } from "../session/run-context.ts";
import { baseFigures, noiseFigures, type RowOutcomes, sourceFigures } from "./headroom-figures.ts";
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
  const { plan, headroom, answers } = task;
  const emit = createEmitter(runtime, plan.name);
  const meter = createMeter((role, origin, spend) => emit({ type: "call-finished", role, origin, spend }));
  const startedMs = runtime.elapsedMs();
  const evaluation = await openEvaluationContext(plan, task.models, runtime, meter);
  emit({ type: "phase-started", phase: "evaluation", rows: headroom.rows.length });
  const watch = createErrorWatch(plan.maxErrorRate, emit, headroom.rows.length);
  const { catalog, directory } = runtime;
  const formatOf: FormatOf = (outcomes) =>
    findFormatFailures(answeredRows(outcomes), plan.scorers, { answers, catalog, directory });
  const asker = createAsker(runtime.concurrency);
  try {
    const base = await asker.ask(evaluation, headroom.rows, { role: "target", watch });
    const source =
      headroom.compared === 0
        ? []
        : await asker.ask(sourceSide(evaluation, task, runtime), headroom.rows.slice(0, headroom.compared), {
            role: "source",
          });
    const repeated = headroom.rows.slice(0, headroom.repeated);
    const again = await asker.ask(evaluation, repeated, { role: "target", repeatOf: () => 1 });
    const noise = noiseFigures(base, again);
    const done = base.flatMap((outcome) => outcome ?? []);
    const failures = await formatOf(done);
    const lost = failures.findings.reduce((sum, { points }) => sum + points, 0);
    const figures = baseFigures(base, plan);
    const findings: HeadroomFindings = {
      base: figures,
      noise,
      format: { failures, gain: figures.rows === 0 ? 0 : lost / figures.rows },
      source: sourceFigures(base, source),
      samples: await sampleWrongRows(evaluation, await wrongRows(done, formatOf), {
        ...{ asker, headroom, formatOf },
        isVaried: noise === null || noise.reworded > 0,
        labels: answers.labels,
      }),
    };
    return {
      findings,
      usage: meter.total,
      answers: meter.answers,
      seconds: (runtime.elapsedMs() - startedMs) / 1000,
      notes: evaluation.tally?.lines ?? [],
      ...(asker.error === undefined ? {} : { error: asker.error }),
    };
  } finally {
    await evaluation.agent?.close?.();
  }
}

interface Asker {
  /** Outcomes in the order of the rows. Asks nothing after an error. */
  ask(side: EvaluationContext, rows: readonly Example[], options: AskOptions): Promise<RowOutcomes>;
  /** The first error that ended a series of questions. */
  readonly error: DaoOptError | undefined;
}

interface AskOptions {
  readonly role: "target" | "source";
  readonly repeatOf?: (at: number) => number;
  /** Ends the test if too many rows fail. */
  readonly watch?: ReturnType<typeof createErrorWatch>;
}

function createAsker(concurrency: number): Asker {
  let error: DaoOptError | undefined;
  return {
    async ask(side, rows, { watch, ...options }) {
      const outcomes: (MeasuredOutcome | undefined)[] = rows.map(() => undefined);
      if (error !== undefined) return outcomes;
      try {
        await scoreRows(side, rows, { concurrency, ...options }, (outcome, at) => {
          outcomes[at] = outcome;
          watch?.note([outcome]);
        });
      } catch (cause) {
        if (!isDaoOptError(cause)) throw cause;
        error = cause;
      }
      return outcomes;
    },
    get error() {
      return error;
    },
  };
}

/** Asks for several answers to wrong rows; null if there are none, or if answers cannot vary. */
async function sampleWrongRows(
  evaluation: EvaluationContext,
  wrong: readonly Example[],
  {
    asker,
    headroom,
    formatOf,
    isVaried,
    labels,
  }: {
    readonly asker: Asker;
    readonly headroom: HeadroomPlan;
    readonly formatOf: FormatOf;
    readonly isVaried: boolean;
    readonly labels: readonly string[] | undefined;
  },
): Promise<HeadroomFindings["samples"]> {
  const temperature = sampleTemperature(evaluation, isVaried);
  if (temperature === "fixed") return null;
  const chosen = wrong.slice(0, headroom.sampled);
  const { samples: each } = headroom;
  const drawn = await asker.ask(
    temperature === null ? evaluation : withTemperature(evaluation, temperature),
    chosen.flatMap((example) => Array.from({ length: each }, () => example)),
    // The first two answers at the model's own temperature are known.
    { role: "target", repeatOf: (at) => (at % each) + (temperature === null ? 2 : 0) },
  );
  const answered = drawn.flatMap((outcome) => (outcome?.score === undefined ? [] : [outcome]));
  if (answered.length === 0) return null;
  const right = await rightOutcomes(answered, formatOf);
  const rowsOf = (outcomes: readonly MeasuredOutcome[]) => new Set(outcomes.map(({ example }) => example.id));
  return {
    rows: rowsOf(answered).size,
    each,
    right: rowsOf(right).size,
    answersRight: right.length,
    answers: answered.length,
    chance: labels === undefined ? null : 1 / labels.length,
    temperature,
  };
}

/** The source model answers directly, not through the user's application. */
function sourceSide(
  { agent: _agent, ...evaluation }: EvaluationContext,
  { plan, models }: HeadroomTask,
  runtime: Runtime,
): EvaluationContext {
  const side = sourceTarget(plan, plan.models.source ?? "");
  return { ...evaluation, plan: side.plan, target: liveModel(side.modelKey, models, runtime) };
}

type FormatOf = (outcomes: readonly MeasuredOutcome[]) => ReturnType<typeof findFormatFailures>;

/** Rows with a score below 1 that are wrong in content too. */
async function wrongRows(
  outcomes: readonly MeasuredOutcome[],
  formatOf: FormatOf,
): Promise<readonly Example[]> {
  const failed = outcomes.filter(({ score }) => score !== undefined && score.value < fullScore);
  const readable = new Set(await rightOutcomes(failed, formatOf));
  return failed.flatMap((outcome) => (readable.has(outcome) ? [] : [outcome.example]));
}

/** The outcomes with an answer that is right, or right in content. */
async function rightOutcomes(
  outcomes: readonly MeasuredOutcome[],
  formatOf: FormatOf,
): Promise<readonly MeasuredOutcome[]> {
  const readable = outcomes.filter(isReadable);
  const { at } = await formatOf(readable);
  const isRight = new Set([...at].map((place) => readable[place]));
  return outcomes.filter(
    (outcome) => (outcome.score !== undefined && outcome.score.value >= fullScore) || isRight.has(outcome),
  );
}
