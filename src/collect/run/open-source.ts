import { join } from "node:path";
import type { Config } from "../../config/config.ts";
import type { Agent } from "../../contracts/agent.ts";
import type { ModelSecrets, ModelSpec } from "../../contracts/model-spec.ts";
import type { ModelListener } from "../../models/model-notices.ts";
import type { Catalog } from "../../plugins/catalog.ts";
import { shownPath } from "../../project/resolve-plugins.ts";
import { withSessionLimits } from "../../run/budget/output-limits.ts";
import { openModels } from "../../run/session/open-models.ts";
import {
  checkSessionLimits,
  createSessionGuard,
  type SessionLimits,
} from "../../run/session/session-guard.ts";
import { openAnswerCache, openCacheAnswers } from "../../run/store/answer-cache.ts";
import { agentSource, modelSource, type Source } from "./ask-source.ts";
import type { CollectionPlan } from "./plan-collection.ts";

export interface SourceRequest {
  readonly config: Config;
  readonly catalog: Catalog;
  readonly concurrency: number;
  readonly usesCache: boolean;
  readonly session: SessionLimits;
  /** Told when a limit of the session is reached. */
  readonly interrupt: (reason: Error) => void;
  readonly listener?: ModelListener;
  /** What a person should know while rows are answered. */
  readonly warn?: (message: string) => void;
}

export interface OpenSource {
  readonly source: Source;
  readonly spec: ModelSpec;
  close(): Promise<void>;
}

/** The model or application of a plan, live: under one limiter, over the cache that runs share. */
export async function openSource(plan: CollectionPlan, request: SourceRequest): Promise<OpenSource> {
  const { config, catalog, session } = request;
  const { specs: configured, secrets } = modelsFor(plan.model, config);
  checkSessionLimits(session, configured);
  const specs = withSessionLimits(configured, session);
  const guard = createSessionGuard(session, request.interrupt);
  const cache = request.usesCache ? openAnswerCache(join(config.statePath, "cache")) : undefined;
  const models = await openModels({
    catalog,
    directory: config.directory,
    concurrency: request.concurrency,
    ...(cache === undefined ? {} : { answers: openCacheAnswers(cache) }),
    guard,
    specs,
    secrets,
    ...(request.listener === undefined ? {} : { listener: request.listener }),
    ...(request.warn === undefined ? {} : { warn: request.warn }),
  });
  const spec = specs[plan.model] as ModelSpec;
  const run = plan.agent?.run;
  const agent: Agent | undefined = run === undefined ? undefined : await models.agent(run, plan.model);
  return {
    source:
      agent === undefined
        ? modelSource(plan, spec, models.model(plan.model))
        : agentSource(plan, spec, agent),
    spec,
    async close() {
      guard.stop();
      await agent?.close?.();
      await cache?.flush();
    },
  };
}

/** A model with those that answer when it fails. */
function modelsFor(key: string, { models, directory }: Config) {
  const keys = new Set([key]);
  for (const known of keys) for (const next of models[known]?.spec.fallbacks ?? []) keys.add(next);
  const specs: Record<string, ModelSpec> = {};
  const secrets: Record<string, ModelSecrets> = {};
  for (const known of keys) {
    const model = models[known];
    if (model === undefined) continue;
    specs[known] = { ...model.spec, provider: shownPath(model.spec.provider, directory) };
    secrets[known] = model.secrets;
  }
  return { specs, secrets };
}
