import type { Dataset, DatasetRecord, DatasetStore, MergeCounts } from "../../contracts/dataset-store.ts";
import type { RunListener } from "../../contracts/events.ts";
import type { TraceLosses, TraceStore } from "../../contracts/trace-store.ts";
import type { Example } from "../../core/data/example.ts";
import type { JsonValue } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import {
  type DaoOptError,
  DatasetError,
  isDaoOptError,
  type RowProblem,
  TemplateStoppedError,
} from "../../core/errors.ts";
import type { Spend } from "../../core/usage.ts";
import { createErrorWatch } from "../../run/lab/error-watch.ts";
import { createMeter } from "../../run/lab/meter.ts";
import { endsTheRun } from "../../run/lab/rollout.ts";
import { type Interrupts, listenForSignals, sharedSignal } from "../../run/session/interrupts.ts";
import { createEmitter, type WallClock } from "../../run/session/run-context.ts";
import { unusableReason } from "../../traces/answer-of-trace.ts";
import { outputsOf } from "../../traces/dataset-record.ts";
import { noneSkipped, type SkippedAnswers } from "../skipped-answers.ts";
import { answerTrace, collectedRecord, errorTrace, knownAnswers, traceIdOf } from "./collected-trace.ts";
import { type OpenSource, openSource, type SourceAnswer, type SourceRequest } from "./open-source.ts";
import type { CollectionPlan } from "./plan-collection.ts";

interface CollectionRequest extends Omit<SourceRequest, "interrupt">, Interrupts {
  readonly plan: CollectionPlan;
  readonly rows: Dataset;
  /** Name of the dataset for the answers. */
  readonly dataset: string;
  readonly traces: TraceStore;
  readonly datasets: DatasetStore;
  readonly listeners: readonly RunListener[];
  readonly clock: WallClock;
  /** If true, rows with an answer in the traces are not sent again. */
  readonly resumes: boolean;
  /** Share of rows that may fail. */
  readonly maxErrorRate: number;
}

export interface CollectionResult {
  readonly model: string;
  readonly rows: number;
  /** Rows with a usable answer, from a call, the cache or the traces. */
  readonly answered: number;
  /** Answers that make no row, by reason. Failed calls are also counted in `failed`. */
  readonly skipped: Readonly<SkippedAnswers>;
  /** Empty answers that contain thinking. */
  readonly emptyWithReasoning: number;
  readonly failed: number;
  /** Error message of the last failed row. */
  readonly failure?: string;
  /** Rows answered from traces of an earlier collection. */
  readonly resumed: number;
  readonly recorded: number;
  readonly merged: MergeCounts;
  readonly losses: TraceLosses;
  readonly usage: Spend;
  readonly seconds: number;
  /** The error that ended the collection early. Earlier answers are kept. */
  readonly error?: DaoOptError;
}

/**
 * Calls the source for every row, records each answer as a trace, and merges all answers into a dataset. A
 * failed row becomes an error trace and no dataset row. An interrupt or an invalid key ends the collection
 * and keeps the answers so far. Rejects with DatasetError before any call if rows lack inputs of the prompt.
 */
export async function collectAnswers(request: CollectionRequest): Promise<CollectionResult> {
  const { plan, rows, traces, datasets, clock } = request;
  const controller = new AbortController();
  const signal = sharedSignal(controller.signal);
  const emit = createEmitter({ listeners: request.listeners, run: "collect", clock }, request.dataset);
  const startedMs = clock.monotonicMs();
  const opened = await openSource(plan, {
    ...request,
    interrupt: (reason) => controller.abort(reason),
    listener: emit,
    warn: (message) => emit({ type: "warning", message }),
  });
  const meter = createMeter((role, origin, spend) => emit({ type: "call-finished", role, origin, spend }));
  const stopListening = listenForSignals(request, controller, (message) =>
    emit({ type: "warning", message }),
  );
  try {
    checkRows(opened, rows);
    const known = await knownAnswers(traces, rows.examples, (row) =>
      traceIdOf(opened.source.questionOf(row)),
    );
    const outputs: (JsonValue | undefined)[] = request.resumes ? known.outputs : [];
    const resumed = outputs.filter((output) => output !== undefined).length;
    emit({ type: "optimization-started", optimizer: "collect" });
    emit({ type: "phase-started", phase: "collection", rows: rows.examples.length - resumed });
    const watch = createErrorWatch(request.maxErrorRate, emit);
    let recorded = 0;
    let failed = 0;
    const skipped = noneSkipped();
    let emptyWithReasoning = 0;
    let failure: string | undefined;
    const error = await askAll(rows.examples, outputs, request.concurrency, signal, async (example, at) => {
      const startedAt = clock.now();
      const made = () => ({ plan, spec: opened.spec, example, startedAt, endedAt: clock.now() });
      const questionId = traceIdOf(opened.source.questionOf(example));
      // A different answer to the same question, or a failure, needs its own trace id.
      const otherId = `${questionId}-${startedAt.getTime().toString(36)}`;
      const call = { role: "source", key: questionId, price: opened.spec.price } as const;
      try {
        const answer = await opened.source.ask(example, signal, {
          onUnused(attempt) {
            meter.bookUnused(call, attempt);
            return true;
          },
          onRetry() {
            meter.bookRetry("source");
            return true;
          },
        });
        meter.book(call, bookable(answer));
        const trace = answerTrace(made(), known.ids.has(questionId) ? otherId : questionId, answer);
        const reason = unusableReason(trace);
        if (reason === undefined) outputs[at] = outputsOf(trace);
        else skipped[reason]++;
        if (reason === "empty" && answer.reasoning !== undefined) emptyWithReasoning++;
        if (!(answer.isCached && known.ids.has(questionId))) {
          recorded++;
          traces.append(trace);
        }
        watch.note([{ example, score: { value: 1 } }]);
      } catch (cause) {
        signal.throwIfAborted();
        if (!isDaoOptError(cause) || endsTheRun(cause)) throw cause;
        meter.bookFailed(call);
        failed++;
        skipped.failed++;
        failure = cause.message;
        recorded++;
        traces.append(errorTrace(made(), otherId, cause));
        watch.note([{ example, error: { code: cause.code, message: cause.message } }]);
      }
    });
    const losses = await traces.flush();
    const merged = await datasets.merge(request.dataset, recordsOf(opened, rows.examples, outputs));
    return {
      model: opened.spec.name,
      rows: rows.examples.length,
      answered: outputs.filter((output) => output !== undefined).length,
      failed,
      skipped,
      emptyWithReasoning,
      ...(failure === undefined ? {} : { failure }),
      resumed,
      recorded,
      merged,
      losses,
      usage: meter.total,
      seconds: (clock.monotonicMs() - startedMs) / 1000,
      ...(error === undefined ? {} : { error }),
    };
  } finally {
    stopListening();
    await opened.close();
  }
}

type Booked = Parameters<ReturnType<typeof createMeter>["book"]>[1];

function bookable(answer: SourceAnswer): Booked {
  const { output, kind, usage, isEstimated, isUnbilled, latencyMs, isCached } = answer;
  return {
    output,
    latencyMs,
    ...defined({ kind, isEstimated, isUnbilled, usage }),
    ...(isCached ? { origin: "cache" as const } : {}),
  };
}

const mostShown = 20;

function checkRows({ source }: OpenSource, { name, examples }: Dataset): void {
  const problems: RowProblem[] = [];
  for (const example of examples) {
    try {
      source.check(example);
    } catch (error) {
      if (!isDaoOptError(error) || error instanceof TemplateStoppedError) throw error;
      problems.push({ ...example.origin, message: error.message });
      if (problems.length >= mostShown) break;
    }
  }
  if (problems.length === 0) return;
  const lines = problems.map(
    ({ file, line, message }) => `${[file, line].filter(Boolean).join(":")}  ${message}`,
  );
  throw new DatasetError([`${name}: rows do not fit the prompt`, ...lines].join("\n"), problems, {
    hint: "each variable of the template must be a key of the row's `inputs` or a column",
  });
}

/**
 * Works on more rows than may call at once, so that the limiter is never idle. The first error ends the
 * collection; resolves to that error.
 */
async function askAll(
  rows: readonly Example[],
  outputs: readonly (JsonValue | undefined)[],
  concurrency: number,
  signal: AbortSignal,
  ask: (row: Example, at: number) => Promise<void>,
): Promise<DaoOptError | undefined> {
  let next = 0;
  let failure: unknown;
  const work = async (): Promise<void> => {
    while (next < rows.length && failure === undefined) {
      const at = next++;
      if (outputs[at] !== undefined) continue;
      try {
        signal.throwIfAborted();
        await ask(rows[at] as Example, at);
      } catch (error) {
        failure ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(rows.length, concurrency * 2) }, work));
  if (failure === undefined) return undefined;
  const reason: unknown = signal.aborted ? signal.reason : failure;
  if (!isDaoOptError(reason)) throw reason;
  return reason;
}

function* recordsOf(
  { source }: OpenSource,
  rows: readonly Example[],
  outputs: readonly (JsonValue | undefined)[],
): Iterable<DatasetRecord> {
  for (const [at, example] of rows.entries()) {
    const output = outputs[at];
    if (output !== undefined) yield collectedRecord(example, output, traceIdOf(source.questionOf(example)));
  }
}
