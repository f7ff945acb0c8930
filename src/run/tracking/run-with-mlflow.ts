import type { RunListener } from "../../contracts/events.ts";
import type { RunPlan } from "../../contracts/run-plan.ts";
import type { RunRecord } from "../../contracts/run-record.ts";
import { thrownReason } from "../../core/errors.ts";
import { shellWord } from "../../core/text/shell-word.ts";
import { promptServerUri, resolveMlflowConnection } from "../../mlflow/connection.ts";
import { createMlflowClient, type MlflowClient } from "../../mlflow/mlflow-client.ts";
import type { PushedPrompt } from "../../mlflow/prompts/prompt-version.ts";
import { untestedNote } from "../../mlflow/prompts/unity-catalog.ts";
import { originTag } from "../../mlflow/prompts/version-push.ts";
import { type PublishedWinner, pushWinners, type WinnerPush, winnersOf } from "../record/push-winners.ts";
import { type RunResult, runProject } from "../session/run-project.ts";
import type { RunCompanion, RunRequest } from "../session/run-request.ts";
import { openRunTracking, type RunTracking } from "./track-run.ts";

/** The result of a run, and notes about its copy in MLflow. */
export interface MlflowRunResult extends RunResult {
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
}

/** A version in MLflow, with its path in the registry. */
type PushedWinner = PushedPrompt & Pick<PublishedWinner, "path">;

type Messages = Pick<MlflowRunResult, "warnings" | "notes">;

interface RunMlflow {
  readonly listeners: readonly RunListener[];
  readonly companion: RunCompanion;
  plan(plan: RunPlan): void;
  /** Sends what is left of the tracked runs. Never rejects. */
  finish(result: RunResult | undefined): Promise<Messages>;
}

/**
 * `runProject` for configs with `tracking` or `registry.mlflow`: MLflow can neither fail nor change the run. A
 * replay repeats what it has been given already. `flags` follow the command that repeats a failed push.
 */
export async function runWithMlflow(request: RunRequest, flags = ""): Promise<MlflowRunResult> {
  const { tracking, registryMlflow } = request.opened.config;
  if (request.replay !== undefined || (tracking ?? registryMlflow) === undefined)
    return { ...(await runProject(request)), warnings: [], notes: [] };
  const mlflow = openRunMlflow(request, flags);
  let result: RunResult;
  try {
    result = await runProject({
      ...request,
      listeners: [...request.listeners, ...mlflow.listeners],
      companion: mlflow.companion,
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

function openRunMlflow(request: RunRequest, flags: string): RunMlflow {
  const { config, registry } = request.opened;
  const { tracking, registryMlflow } = config;
  const warnings: string[] = [];
  const notes: string[] = [];
  const pushed = new Map<string, PushedWinner[]>();
  const open = (uri: string | undefined): MlflowClient =>
    createMlflowClient(resolveMlflowConnection({ uri }, config.environment()));

  function openTracking(): RunTracking | undefined {
    if (tracking === undefined) return undefined;
    try {
      return openRunTracking(open(tracking.mlflow), tracking.experiment, request);
    } catch (error) {
      warnings.push(`the run is not tracked in MLflow: ${thrownReason(error)}`);
      return undefined;
    }
  }

  async function push(record: RunRecord): Promise<readonly WinnerPush[]> {
    const winners = registryMlflow === undefined ? [] : winnersOf(record);
    if (winners.length === 0) return [];
    try {
      const client = open(promptServerUri(config));
      if (client.kind === "databricks") notes.push(untestedNote);
      return await pushWinners(winners, registry, client, {
        signal: AbortSignal.timeout(pushTimeoutMs),
        tagsOf: (optimization) => {
          const runId = tracked?.follower.runIdOf(optimization);
          return runId === undefined ? {} : { [`${originTag}mlflow_run`]: runId };
        },
      });
    } catch (error) {
      return winners.map((winner) => ({ ...winner, reason: thrownReason(error) }));
    }
  }

  const tracked = openTracking();
  return {
    listeners: tracked === undefined ? [] : [tracked.follower.listen],
    plan: (plan) => tracked?.follower.plan(plan),
    companion: {
      async opened(folder) {
        await tracked?.opened(folder).catch((error: unknown) => warnings.push(thrownReason(error)));
      },
      async published(record) {
        for (const winner of await push(record)) {
          if (winner.pushed === undefined) {
            const again = pushCommand(winner, config.file, flags);
            warnings.push(`${winner.uri} was not pushed to MLflow: ${winner.reason}\nrepeat with: ${again}`);
            continue;
          }
          pushed.set(winner.optimization, [
            ...(pushed.get(winner.optimization) ?? []),
            { ...winner.pushed, path: winner.path },
          ]);
          notes.push(`${winner.uri} is ${winner.pushed.uri} in MLflow`);
        }
        return withMlflowUris(record, pushed);
      },
    },
    async finish(result) {
      const sent = await tracked?.finish(result, pushed);
      return {
        notes: [...notes, ...(sent?.notes ?? [])],
        warnings: [...warnings, ...(sent?.warnings ?? [])],
      };
    },
  };
}

function pushCommand({ path, version }: PublishedWinner, file: string, flags: string): string {
  return `dao-opt registry push ${shellWord(`${path}/${version}`)} --config ${shellWord(file)}${flags}`;
}

/** The record with the URIs that MLflow gave the pushed versions; the same one if none was pushed. */
function withMlflowUris(record: RunRecord, pushed: ReadonlyMap<string, readonly PushedWinner[]>): RunRecord {
  if (pushed.size === 0) return record;
  return {
    ...record,
    optimizations: record.optimizations.map((one) => ({
      ...one,
      prompts: one.prompts.map((prompt) => {
        const mlflowUri = pushed.get(one.name)?.find(({ path }) => path === prompt.path)?.uri;
        const { optimized } = prompt;
        return optimized === null || mlflowUri === undefined
          ? prompt
          : { ...prompt, optimized: { ...optimized, mlflowUri } };
      }),
    })),
  };
}
