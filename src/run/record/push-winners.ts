import type { PromptRegistry } from "../../contracts/registry.ts";
import type { RunRecord } from "../../contracts/run-record.ts";
import { thrownReason } from "../../core/errors.ts";
import type { MlflowClient } from "../../mlflow/mlflow-client.ts";
import type { PushedPrompt } from "../../mlflow/prompts/prompt-version.ts";
import { pushPrompt } from "../../mlflow/prompts/push-prompt.ts";
import { pushOfVersion } from "../../mlflow/prompts/version-push.ts";

/** A version that a run published. */
export interface PublishedWinner {
  readonly optimization: string;
  readonly path: string;
  readonly version: number;
  /** In the registry. */
  readonly uri: string;
}

export type WinnerPush = PublishedWinner &
  ({ readonly pushed: PushedPrompt } | { readonly pushed?: never; readonly reason: string });

/** The versions that improved optimizations of a run published. */
export function winnersOf({ optimizations }: RunRecord): readonly PublishedWinner[] {
  return optimizations
    .filter(({ status }) => status === "improved")
    .flatMap(({ name, prompts }) =>
      prompts.flatMap(({ path, base, optimized }) =>
        optimized === null || optimized.version === base.version
          ? []
          : [{ optimization: name, path, version: optimized.version, uri: optimized.uri }],
      ),
    );
}

export interface PushOptions {
  readonly signal: AbortSignal;
  /** Further tags of the winners of an optimization. */
  readonly tagsOf: (optimization: string) => Readonly<Record<string, string>>;
}

/** Pushes winners one after the other. Never rejects: a failed push has its reason, and the others go on. */
export async function pushWinners(
  winners: readonly PublishedWinner[],
  registry: PromptRegistry,
  client: MlflowClient,
  { signal, tagsOf }: PushOptions,
): Promise<readonly WinnerPush[]> {
  const pushes: WinnerPush[] = [];
  for (const winner of winners) {
    try {
      const version = await registry.get(`${winner.path}@${winner.version}`);
      const prompt = await registry.prompt(winner.path);
      const tags = { ...prompt.tags, ...tagsOf(winner.optimization) };
      const pushed = await pushPrompt(client, pushOfVersion(version, { tags }), { signal });
      pushes.push({ ...winner, pushed });
    } catch (error) {
      pushes.push({ ...winner, reason: thrownReason(error) });
    }
  }
  return pushes;
}
