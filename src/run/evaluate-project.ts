import type { ModelSpec } from "../contracts/model-spec.ts";
import type { PromptVersion } from "../contracts/registry.ts";
import type { OptimizationPlan, RunPlan } from "../contracts/run-plan.ts";
import { type DaoOptError, isDaoOptError, UsageError } from "../core/errors.ts";
import type { Example } from "../core/example.ts";
import { textsOf } from "../core/prompt-texts.ts";
import { meanInterval } from "../core/statistics/mean-interval.ts";
import type { Spend } from "../core/usage.ts";
import { createPurse } from "./budget/purse.ts";
import { createErrorWatch } from "./lab/error-watch.ts";
import { createMeter } from "./lab/meter.ts";
import { type Bench, type MeasuredOutcome, rollOut, worstRollout } from "./lab/rollout.ts";
import { createEmitter, type Runtime } from "./run-context.ts";

/** One prompt to be scored on rows. */
export interface Contender {
  /** `base`, `source`, or the URI of a version. */
  readonly reference: string;
  readonly plan: OptimizationPlan;
  readonly modelKey: string;
}

export interface EvaluationResult {
  readonly reference: string;
  readonly model: string;
  readonly score: number | null;
  readonly interval: readonly [number, number] | null;
  readonly rows: number;
  readonly failed: number;
  readonly seconds: number;
  readonly usage: Spend;
  readonly error?: DaoOptError;
}

/** Base, source model (with the base's prompt), and each version named, which must be of one of the prompts. */
export function contendersOf(
  plan: OptimizationPlan,
  versions: readonly PromptVersion[],
): readonly Contender[] {
  const { target, source } = plan.models;
  return [
    { reference: "base", plan, modelKey: target },
    ...(source === undefined ? [] : [{ reference: "source", plan, modelKey: source }]),
    ...versions.map((version): Contender => {
      const prompt =
        plan.prompts.find(({ path }) => path === version.path) ??
        (plan.prompts.length === 1 ? plan.prompts[0] : undefined);
      if (prompt === undefined) {
        throw new UsageError(`${version.uri} is none of the prompts of ${plan.name}`, {
          hint: `its prompts: ${plan.prompts.map(({ path }) => path).join(", ")}`,
        });
      }
      const prompts = plan.prompts.map((one) =>
        one === prompt
          ? {
              ...one,
              template: version.template,
              templateLanguage: version.templateLanguage,
              baseVersion: version.version,
            }
          : one,
      );
      return { reference: version.uri, plan: { ...plan, prompts }, modelKey: target };
    }),
  ];
}

/** Scores one contender on rows; a failed row is left out of the mean and counted. */
export async function evaluateContender(
  contender: Contender,
  models: RunPlan["models"],
  rows: readonly Example[],
  runtime: Runtime,
): Promise<EvaluationResult> {
  const { plan } = contender;
  const emit = createEmitter(runtime, plan.name);
  const meter = createMeter((role, origin, spend) => emit({ type: "call-finished", role, origin, spend }));
  const startedMs = runtime.clock.monotonicMs();
  const spec = models[contender.modelKey] as ModelSpec;
  const agent = contender.reference === "source" ? undefined : await runtime.agent(plan);
  const bench: Bench = {
    plan,
    target: { spec, model: runtime.model(contender.modelKey, "answers") },
    judge: {
      spec: models[plan.models.judge] as ModelSpec,
      model: runtime.model(plan.models.judge, "answers"),
    },
    scorer: await runtime.scorer(plan),
    ...(agent === undefined ? {} : { agent }),
    meter,
    signal: runtime.signal,
    abort: runtime.abort,
  };
  emit({ type: "phase-started", phase: "evaluation", rows: rows.length });
  const outcomes: MeasuredOutcome[] = [];
  let error: DaoOptError | undefined;
  try {
    await scoreRows(bench, rows, runtime.concurrency, (outcome) => outcomes.push(outcome));
    const watch = createErrorWatch(plan.maxErrorRate, (example, { code, message }) =>
      emit({ type: "row-failed", example, code, message }),
    );
    watch.note(outcomes);
  } catch (cause) {
    if (!isDaoOptError(cause)) throw cause;
    error = cause;
  } finally {
    await agent?.close?.();
  }
  const scores = outcomes.flatMap(({ score }) => (score === undefined ? [] : [score.value]));
  const interval =
    scores.length === 0 ? null : meanInterval(scores, { confidence: plan.gate.confidence, seed: plan.seed });
  return {
    reference: contender.reference,
    model: spec.name,
    score: scores.length === 0 ? null : scores.reduce((sum, value) => sum + value, 0) / scores.length,
    interval,
    rows: scores.length,
    failed: outcomes.length - scores.length,
    seconds: (runtime.clock.monotonicMs() - startedMs) / 1000,
    usage: meter.total,
    ...(error === undefined ? {} : { error }),
  };
}

/** Works through the rows with a few more under way than may call at once: memory stays flat on long files. */
async function scoreRows(
  bench: Bench,
  rows: readonly Example[],
  concurrency: number,
  onOutcome: (outcome: MeasuredOutcome) => void,
): Promise<void> {
  const purse = createPurse({});
  const texts = textsOf(bench.plan.prompts);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < rows.length) {
      bench.signal.throwIfAborted();
      const example = rows[next++] as Example;
      const ticket = await purse.admit(worstRollout(bench, texts, example));
      try {
        onOutcome(await rollOut(bench, texts, example, { repeat: 0, role: "target", ticket }));
      } finally {
        ticket.settle();
      }
    }
  };
  const workers = Array.from({ length: Math.min(rows.length, concurrency * 2) }, worker);
  const settled = await Promise.allSettled(workers);
  bench.signal.throwIfAborted();
  for (const result of settled) if (result.status === "rejected") throw result.reason;
}
