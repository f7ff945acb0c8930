import { readFile } from "node:fs/promises";
import type { RunListener } from "../../contracts/events.ts";
import type { RunPlan } from "../../contracts/run-plan.ts";
import { thrownReason } from "../../core/errors.ts";
import { shellWord } from "../../core/text/shell-word.ts";
import { promptServerUri, resolveMlflowConnection } from "../../mlflow/connection.ts";
import { createMlflowClient, type MlflowClient } from "../../mlflow/mlflow-client.ts";
import type { PushedPrompt } from "../../mlflow/prompts/prompt-version.ts";
import type { TrackedArtifact } from "../../mlflow/tracking/tracked-values.ts";
import { createTracker, type Tracker, type TrackingSummary } from "../../mlflow/tracking/tracker.ts";
import { type PublishedWinner, pushWinners, type WinnerPush, winnersOf } from "../record/push-winners.ts";
import { type RunResult, runProject } from "../session/run-project.ts";
import type { RunRequest } from "../session/run-request.ts";
import { createRunFollower } from "./follow-run.ts";

/** The result of a run, and what MLflow has of it. */
export interface MlflowRunResult extends RunResult {
  /** URIs in MLflow by those in the registry. */
  readonly mlflowUris: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
}

interface RunMlflow {
  readonly listeners: readonly RunListener[];
  plan(plan: RunPlan): void;
  /** Pushes the winners, and sends what is left of the tracked runs. Never rejects. */
  finish(result: RunResult | undefined): Promise<Omit<MlflowRunResult, keyof RunResult>>;
}

/**
 * `runProject` for configs with `tracking` or `registry.mlflow`: MLflow can neither fail nor change the run. A
 * replay repeats what it has been given already. `flags` follow the command that repeats a failed push.
 */
export async function runWithMlflow(request: RunRequest, flags = ""): Promise<MlflowRunResult> {
  const { tracking, registryMlflow } = request.opened.config;
  if (request.replay !== undefined || (tracking ?? registryMlflow) === undefined)
    return { ...(await runProject(request)), mlflowUris: new Map(), warnings: [], notes: [] };
  const mlflow = openRunMlflow(request.opened, flags);
  let result: RunResult;
  try {
    result = await runProject({
      ...request,
      listeners: [...request.listeners, ...mlflow.listeners],
      onPlanned: (plan, project, notes) => {
        mlflow.plan(plan);
        request.onPlanned(plan, project, notes);
      },
    });
  } catch (error) {
    await mlflow.finish(undefined);
    throw error;
  }
  return { ...result, ...(await mlflow.finish(result)) };
}

const pushTimeoutMs = 30_000;

function openRunMlflow({ config, registry }: RunRequest["opened"], flags: string): RunMlflow {
  const { tracking, registryMlflow } = config;
  const warnings: string[] = [];
  const open = (uri: string | undefined): MlflowClient =>
    createMlflowClient(resolveMlflowConnection({ uri }, config.environment()));

  function openTracker(): Tracker | undefined {
    if (tracking === undefined) return undefined;
    try {
      return createTracker(open(tracking.mlflow), { experiment: tracking.experiment });
    } catch (error) {
      warnings.push(`the run is not tracked in MLflow: ${thrownReason(error)}`);
      return undefined;
    }
  }

  async function push(result: RunResult): Promise<readonly WinnerPush[]> {
    const winners = registryMlflow === undefined ? [] : winnersOf(result.record);
    if (winners.length === 0) return [];
    try {
      const client = open(promptServerUri(config));
      return await pushWinners(winners, registry, client, AbortSignal.timeout(pushTimeoutMs));
    } catch (error) {
      return winners.map((winner) => ({ ...winner, reason: thrownReason(error) }));
    }
  }

  const tracker = openTracker();
  const follower = tracker && createRunFollower(tracker);
  return {
    listeners: follower === undefined ? [] : [follower.listen],
    plan: (plan) => follower?.plan(plan),
    async finish(result) {
      const pushes = result === undefined ? [] : await push(result);
      const pushed = new Map<string, PushedPrompt[]>();
      const mlflowUris = new Map<string, string>();
      const notes: string[] = [];
      for (const winner of pushes) {
        if (winner.pushed === undefined) {
          const again = pushCommand(winner, config.file, flags);
          warnings.push(`${winner.uri} was not pushed to MLflow: ${winner.reason}\nrepeat with: ${again}`);
          continue;
        }
        mlflowUris.set(winner.uri, winner.pushed.uri);
        pushed.set(winner.optimization, [...(pushed.get(winner.optimization) ?? []), winner.pushed]);
        notes.push(`${winner.uri} is ${winner.pushed.uri} in MLflow`);
      }
      const artifacts = follower === undefined || result === undefined ? [] : await artifactsOf(result);
      follower?.finish(result && { record: result.record, artifacts, pushed });
      const losses = lossesOf(await tracker?.close());
      return { mlflowUris, notes, warnings: [...warnings, ...losses] };
    },
  };
}

function pushCommand({ path, version }: PublishedWinner, file: string, flags: string): string {
  return `dao-opt registry push ${shellWord(`${path}/${version}`)} --config ${shellWord(file)}${flags}`;
}

async function artifactsOf({ folder }: RunResult): Promise<readonly TrackedArtifact[]> {
  const files = [
    ["report.html", "text/html"],
    ["record.json", "application/json"],
  ] as const;
  const artifacts: TrackedArtifact[] = [];
  for (const [path, contentType] of files) {
    const content = await readFile(folder.file(path)).catch(() => undefined);
    if (content !== undefined) artifacts.push({ path, content, contentType });
  }
  return artifacts;
}

/** One warning for everything that did not arrive. */
function lossesOf(summary: TrackingSummary | undefined): readonly string[] {
  if (summary === undefined || summary.losses.length === 0) return [];
  const counts = new Map<string, number>();
  for (const { what, count } of summary.losses) counts.set(what, (counts.get(what) ?? 0) + count);
  const lost = [...counts].map(([what, count]) =>
    what === "status" ? "the status" : `${count} ${what}${count === 1 ? "" : "s"}`,
  );
  const reasons = [...new Set(summary.losses.map(({ reason }) => reason))];
  return [`MLflow did not get ${lost.join(", ")}: ${reasons.join("; ")}`];
}
