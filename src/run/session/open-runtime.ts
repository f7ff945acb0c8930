import type { RunListener } from "../../contracts/events.ts";
import type { UnusedAttempt } from "../../contracts/language-model.ts";
import type { RunPlan } from "../../contracts/run-plan.ts";
import { OptimizationError } from "../../core/errors.ts";
import { createTimeLog } from "../../models/time-log.ts";
import type { Project } from "../../project/project.ts";
import { createScorer } from "../../scorers/create-scorer.ts";
import { reportFirstWait } from "../answers/claim-answer.ts";
import { openSharedAnswers } from "../answers/open-shared-answers.ts";
import { estimateRun } from "../plan/plan-run.ts";
import { openJournal } from "../store/journal.ts";
import { readJournal } from "../store/read-journal.ts";
import { openJournalAdaptations, openRunAnswers } from "../store/run-answers.ts";
import type { RunFolder, RunStore } from "../store/run-store.ts";
import { addModelTimes, readModelTimes } from "../store/times-file.ts";
import { sharedSignal } from "./interrupts.ts";
import { openModels } from "./open-models.ts";
import { createRunClock } from "./run-clock.ts";
import { createEmitter, type Runtime } from "./run-context.ts";
import type { RunRequest } from "./run-request.ts";
import { createSessionGuard } from "./session-guard.ts";

interface RuntimeRequest
  extends Pick<
    RunRequest,
    "opened" | "concurrency" | "usesCache" | "session" | "clock" | "toolVersion" | "pool"
  > {
  readonly plan: RunPlan;
  readonly project: Project;
  readonly folder: RunFolder;
  readonly runStore: RunStore;
  readonly controller: AbortController;
  readonly listeners: readonly RunListener[];
  /** The run to replay from its journal. */
  readonly replay: RunFolder | undefined;
}

export interface OpenRuntime {
  readonly runtime: Runtime;
  /** Billed attempts of earlier sessions at questions that this session did not ask. */
  readonly unclaimed: readonly UnusedAttempt[];
  /** Writes pending data. Rejects with StoreError if answers cannot be shared with other runs. */
  close(): Promise<void>;
}

/** Journal, cache, models and limits of one session of a run. */
export async function openRuntime(request: RuntimeRequest): Promise<OpenRuntime> {
  const { plan, project, folder, runStore, controller, opened, clock, replay } = request;
  const emit = createEmitter({ listeners: request.listeners, run: folder.run, clock });
  const cache =
    request.usesCache && replay === undefined ? await openSharedAnswers(opened.config, emit) : undefined;
  const journal = openJournal(folder.file("journal.jsonl"));
  const runClock = createRunClock(clock);
  const repeated = replay === undefined ? journal : readJournal(replay.file("journal.jsonl"));
  if (replay !== undefined) {
    for (const [optimization, admissions] of repeated.closings)
      journal.appendClosing({ optimization, admissions });
    for (const [modelKey, adaptations] of repeated.adaptations)
      for (const adaptation of adaptations) journal.appendAdaptation(modelKey, adaptation);
  }
  const earlier = await runStore.readRecord(folder).catch(() => undefined);
  const answers = openRunAnswers({
    journal,
    ...(cache === undefined ? {} : { cache, onAwaited: reportFirstWait(emit) }),
    ...(replay === undefined ? {} : { replay: { run: replay.run, ...repeated } }),
    keepsFailures: earlier?.status !== "failed",
    runClock,
    now: () => clock.now(),
  });
  const timeLog = createTimeLog();
  const guard = createSessionGuard(request.session, (reason) => controller.abort(reason));
  const models = await openModels({
    catalog: opened.catalog,
    directory: project.directory,
    concurrency: request.concurrency,
    answers,
    adaptations: openJournalAdaptations(journal, repeated),
    guard,
    timeLog,
    specs: plan.models,
    secrets: project.secrets,
    pool: request.pool,
    listener: emit,
    warn: (message) => emit({ type: "warning", message }),
  });
  const { statePath } = opened.config;
  const times = await readModelTimes(statePath);
  const estimates = estimateRun(plan, project, { concurrency: request.concurrency, times });
  const splitOf = new Map(project.optimizations.map(({ config, split }) => [config.name, split]));
  return {
    runtime: {
      run: folder.run,
      catalog: opened.catalog,
      directory: project.directory,
      clock,
      concurrency: request.concurrency,
      rows: (name) => {
        const split = splitOf.get(name);
        if (split === undefined) throw new OptimizationError(`no rows for ${name}`);
        return split;
      },
      model: models.model,
      agent: async ({ agent, models: { target } }) =>
        agent.run === undefined ? undefined : models.agent(agent.run, target),
      scorer: ({ scorers }) => createScorer(scorers, opened.catalog, project.directory),
      signal: sharedSignal(controller.signal),
      abort: (reason) => controller.abort(reason),
      listeners: request.listeners,
      elapsedMs: runClock.elapsedMs,
      closings: {
        of: (optimization) => repeated.closings.get(optimization),
        note: (optimization, admissions) => journal.appendClosing({ optimization, admissions }),
        isRepeating: () => answers.isRepeating,
      },
      toolVersion: request.toolVersion,
      estimateOf: (name) => estimates.find(({ optimization }) => optimization === name),
    },
    get unclaimed() {
      return answers.unclaimed;
    },
    async close() {
      guard.stop();
      journal.close();
      await addModelTimes(statePath, timeLog.times);
      await cache?.close();
    },
  };
}
