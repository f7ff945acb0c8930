import type { UnusedAttempt } from "../../contracts/language-model.ts";
import type { RunPlan } from "../../contracts/run-plan.ts";
import type { RunRecord } from "../../contracts/run-record.ts";
import { defined } from "../../core/defined.ts";
import { type DaoOptError, DatasetError, NotFoundError, ResumeError } from "../../core/errors.ts";
import type { Project } from "../../project/project.ts";
import { resolveProject } from "../../project/resolve-project.ts";
import { renderReport } from "../../report/render-report.ts";
import { budgetNotes } from "../budget/gate-notes.ts";
import { withSessionLimits } from "../budget/output-limits.ts";
import { withJudgeStandings } from "../judge/judge-standings.ts";
import { differencesOf } from "../plan/plan-differences.ts";
import { budgetIssues, planRun, unusedModelNotes } from "../plan/plan-run.ts";
import { publishRun } from "../record/publish-run.ts";
import { openEventLog } from "../store/event-log.ts";
import { lockRun } from "../store/run-lock.ts";
import { openRunStore, type RunFolder, type RunStore, type StoredPlan } from "../store/run-store.ts";
import { refuseOtherRules } from "./check-rules.ts";
import { type Execution, executeRun } from "./execute-run.ts";
import { listenForSignals } from "./interrupts.ts";
import { openRuntime } from "./open-runtime.ts";
import { createEmitter, type WallClock } from "./run-context.ts";
import type { RunRequest } from "./run-request.ts";
import { checkSessionLimits } from "./session-guard.ts";
import { withStoredSettings, withStoredValues } from "./stand-ins.ts";

export interface RunResult {
  readonly record: RunRecord;
  /** The error that ended the run early, if any. */
  readonly error?: DaoOptError;
  readonly folder: RunFolder;
}

/**
 * Runs a config to its final record: resolve, plan, execute, publish, write. Rejects with errors found before
 * anything was spent; later errors are in the record.
 */
export async function runProject(request: RunRequest): Promise<RunResult> {
  const { opened } = request;
  const runStore = openRunStore(opened.config.statePath);
  const earlier = await earlierRun(runStore, request);
  const isReplay = earlier !== undefined && request.replay !== undefined;
  const config = isReplay ? withStoredSettings(opened.config, earlier.stored.plan) : opened.config;
  const resolved = await resolveProject(config, {
    catalog: opened.catalog,
    registry: opened.registry,
    check: budgetIssues,
    mlflow: isReplay ? "cached" : "fetch",
    ...defined({
      only: request.only,
      onFetch: request.onFetch,
      pins: earlier && pinsOf(earlier.stored.plan),
      dataDigests: earlier && dataDigestsOf(earlier.stored.plan),
    }),
  }).catch((error: unknown) => {
    throw isReplay ? withReplayHint(error) : error;
  });
  const project = isReplay ? withStoredValues(resolved, earlier.stored.plan) : resolved;
  try {
    const plan = planRun(project);
    if (earlier !== undefined) refuseIfChanged(earlier, plan, request);
    checkSessionLimits(request.session, plan.models);
    const isMissing = request.resume === true && earlier === undefined;
    const fresh = isMissing ? ["no earlier run of this config: starting a fresh one"] : [];
    request.onPlanned(plan, project, [...budgetNotes(plan, project), ...unusedModelNotes(project), ...fresh]);
    return await runPlan(plan, project, runStore, earlier, request);
  } finally {
    for (const { dataset } of project.optimizations) await dataset.close();
  }
}

/** Everything that happens in the run's folder. */
async function runPlan(
  plan: RunPlan,
  project: Project,
  runStore: RunStore,
  earlier: EarlierRun | undefined,
  request: RunRequest,
): Promise<RunResult> {
  const { opened, clock, ownProcess, replay } = request;
  const resumed = replay === undefined ? earlier : undefined;
  const salt = saltOf(plan, ownProcess.pid, clock);
  const folder =
    resumed?.folder ?? (await runStore.create(plan, { configPath: opened.path, now: clock.now(), salt }));
  const unlock = await lockRun(folder, ownProcess, request.isProcessAlive);
  try {
    await request.companion?.opened(folder);
    const finished = resumed === undefined ? undefined : await runStore.readRecord(folder);
    const execution =
      finished?.status === "completed"
        ? { record: finished }
        : await execute(plan, project, runStore, folder, earlier, request);
    const judged = await withJudgeStandings(execution.record, plan, {
      catalog: opened.catalog,
      directory: project.directory,
      statePath: opened.config.statePath,
    });
    const published = await publishRun(judged, plan, opened.registry, {
      registerAnyway: request.registersAnyway,
      deploys: replay === undefined,
    });
    const written = {
      ...published,
      configDigest: opened.config.digest,
      exitCode: request.exitCodeFor(published, execution.error),
    };
    await writeResults(runStore, folder, written);
    const record = (await request.companion?.published(written)) ?? written;
    if (record !== written) await writeResults(runStore, folder, record);
    return { record, folder, ...(execution.error === undefined ? {} : { error: execution.error }) };
  } finally {
    await unlock();
  }
}

async function writeResults(runStore: RunStore, folder: RunFolder, record: RunRecord): Promise<void> {
  await runStore.writeRecord(folder, record);
  await runStore.write(folder, "report.html", renderReport(record));
}

async function execute(
  plan: RunPlan,
  project: Project,
  runStore: RunStore,
  folder: RunFolder,
  earlier: EarlierRun | undefined,
  request: RunRequest,
): Promise<Execution> {
  const controller = new AbortController();
  const log = openEventLog(folder);
  const listeners = [log.listen, ...request.listeners];
  const send = createEmitter({ listeners, run: folder.run, clock: request.clock });
  const stopListening = listenForSignals(request, controller, (message) =>
    send({ type: "warning", message }),
  );
  try {
    const isReplay = request.replay !== undefined;
    // Limits from flags are not part of the plan.
    const live = { ...plan, models: withSessionLimits(plan.models, request.session) };
    const session = await openRuntime({
      ...request,
      plan: live,
      project,
      folder,
      runStore,
      controller,
      listeners,
      replay: isReplay ? earlier?.folder : undefined,
    });
    const startedAt = isReplay ? undefined : earlier?.stored.startedAt;
    try {
      const execution = await executeRun(
        live,
        session.runtime,
        startedAt ?? request.clock.now().toISOString(),
      );
      const note = unclaimedNote(session.unclaimed);
      if (execution.record.status === "completed" && note !== undefined)
        send({ type: "warning", message: note });
      return execution;
    } finally {
      // The journal has every answer: an unwritable cache does not fail the run.
      await session.close().catch((error: Error) => send({ type: "warning", message: error.message }));
    }
  } finally {
    stopListening();
    log.close();
  }
}

/** Charged for lost attempts, a run may end before it repeats all its questions. */
function unclaimedNote(attempts: readonly UnusedAttempt[]): string | undefined {
  if (attempts.length === 0) return undefined;
  const tokens = attempts.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
  const calls = attempts.length === 1 ? "1 call" : `${attempts.length} calls`;
  return `${calls} of an earlier session (about ${tokens} tokens) had no answer and were not repeated: they are not in this run's usage, but the provider may bill them`;
}

/** A journal identifies calls by the digest of their request, so the rows are still needed. */
function withReplayHint(error: unknown): unknown {
  const isMissing =
    (error instanceof DatasetError && error.problems.length === 0) ||
    (error instanceof NotFoundError && error.kind === "dataset");
  if (!isMissing) return error;
  const hint = "a replay needs the rows, because the run folder only has the answers; restore the data";
  return new DatasetError(error.message, [], { cause: error, hint });
}

interface EarlierRun {
  readonly folder: RunFolder;
  readonly stored: StoredPlan;
}

async function earlierRun(
  runStore: RunStore,
  { resume, replay, opened }: RunRequest,
): Promise<EarlierRun | undefined> {
  const wanted = replay ?? resume;
  if (wanted === undefined) return undefined;
  const folder = wanted === true ? await runStore.newestOf(opened.path) : await runStore.find(wanted);
  if (folder === undefined) return undefined;
  const stored = await runStore.readPlan(folder);
  const record = await runStore.readRecord(folder).catch(() => undefined);
  const flag = replay === undefined ? "resume" : "replay";
  if (record?.mergedFrom !== undefined)
    throw new ResumeError(`${folder.run} joins other runs and has no answers of its own`, {
      hint: `${flag} one of them: ${record.mergedFrom.join(", ")}`,
    });
  refuseOtherRules(folder, stored, { flag, hasRecord: record !== undefined });
  return { folder, stored };
}

function pinsOf(plan: RunPlan): ReadonlyMap<string, number | null> {
  return new Map(
    plan.optimizations.flatMap(({ prompts }) =>
      prompts.map(({ key, baseVersion }) => [key, baseVersion] as const),
    ),
  );
}

function dataDigestsOf({ optimizations }: RunPlan): ReadonlyMap<string, string> {
  return new Map(optimizations.map(({ data }) => [data.name, data.digest]));
}

function refuseIfChanged({ folder, stored }: EarlierRun, plan: RunPlan, { replay }: RunRequest): void {
  if (stored.plan.digest === plan.digest) return;
  const changes = differencesOf(stored.plan, plan);
  const shown = changes.slice(0, 8).map((change) => `  ${change}`);
  const rest = changes.length > 8 ? [`  and ${changes.length - 8} more`] : [];
  throw new ResumeError(
    [`${folder.run} was planned differently; changed since:`, ...shown, ...rest].join("\n"),
    {
      hint: `undo the change, or start a fresh run without --${replay === undefined ? "resume" : "replay"} (matching answers come from the cache)`,
    },
  );
}

/** Four digits that distinguish runs started in the same second. */
function saltOf(plan: RunPlan, pid: number, clock: WallClock): string {
  const mixed =
    Math.floor(clock.monotonicMs() * 1000) ^
    (pid * 2654435761) ^
    Number.parseInt(plan.digest.slice(0, 7), 16);
  return (mixed >>> 0).toString(36).padStart(4, "0").slice(-4);
}
