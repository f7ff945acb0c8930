import type { RunPlan } from "../../contracts/run-plan.ts";
import { OptimizationError } from "../../core/errors.ts";
import { createTimeLog } from "../../models/time-log.ts";
import type { Project } from "../../project/project.ts";
import { createScorer } from "../../scorers/create-scorer.ts";
import { openCacheAnswers } from "../answers/cache-answers.ts";
import { reportFirstWait } from "../answers/claim-answer.ts";
import { openSharedAnswers } from "../answers/open-shared-answers.ts";
import { listenForSignals, sharedSignal } from "../session/interrupts.ts";
import { openModels } from "../session/open-models.ts";
import type { OpenRuntime } from "../session/open-runtime.ts";
import { createEmitter } from "../session/run-context.ts";
import type { RunRequest } from "../session/run-request.ts";
import { checkSessionLimits, createSessionGuard } from "../session/session-guard.ts";
import { addModelTimes } from "../store/times-file.ts";

interface EvaluationRequest
  extends Pick<
    RunRequest,
    | "opened"
    | "concurrency"
    | "usesCache"
    | "session"
    | "clock"
    | "toolVersion"
    | "listeners"
    | "onSignal"
    | "exitNow"
    | "pool"
  > {
  readonly plan: RunPlan;
  readonly project: Project;
}

/** Models and limits for scoring only: uses the cache, but no run folder and no journal. */
export async function openEvaluation(request: EvaluationRequest): Promise<OpenRuntime> {
  const { plan, project, opened, clock } = request;
  const controller = new AbortController();
  const emit = createEmitter({ listeners: request.listeners, run: "eval", clock });
  checkSessionLimits(request.session, plan.models);
  // There is no run to resume; the cache has the answers.
  const again = "run again with a higher limit";
  const guard = createSessionGuard(
    request.session,
    (reason) => controller.abort(reason),
    request.usesCache ? `${again}: answers so far are in the cache` : again,
  );
  const cache = request.usesCache ? await openSharedAnswers(opened.config, emit) : undefined;
  const timeLog = createTimeLog();
  const models = await openModels({
    catalog: opened.catalog,
    directory: project.directory,
    concurrency: request.concurrency,
    ...(cache === undefined
      ? {}
      : { answers: openCacheAnswers(cache, { onAwaited: reportFirstWait(emit) }) }),
    guard,
    timeLog,
    specs: plan.models,
    secrets: project.secrets,
    pool: request.pool,
    listener: emit,
    warn: (message) => emit({ type: "warning", message }),
  });
  const stopListening = listenForSignals(request, controller);
  const startedMs = clock.monotonicMs();
  return {
    runtime: {
      run: "eval",
      catalog: opened.catalog,
      directory: project.directory,
      clock,
      concurrency: request.concurrency,
      rows: (name) => {
        throw new OptimizationError(`an evaluation of ${name} has no parts`);
      },
      model: models.model,
      agent: async ({ agent, models: { target } }) =>
        agent.run === undefined ? undefined : models.agent(agent.run, target),
      scorer: ({ scorers }) => createScorer(scorers, opened.catalog, project.directory),
      signal: sharedSignal(controller.signal),
      abort: (reason) => controller.abort(reason),
      listeners: request.listeners,
      elapsedMs: () => clock.monotonicMs() - startedMs,
      closings: { of: () => undefined, note: () => {}, isRepeating: () => false },
      toolVersion: request.toolVersion,
    },
    unclaimed: [],
    async close() {
      stopListening();
      guard.stop();
      await addModelTimes(opened.config.statePath, timeLog.times);
      await cache?.close();
    },
  };
}
