import type { Agent, AgentRunSpec } from "../../contracts/agent.ts";
import type { AnswerStore } from "../../contracts/answer-store.ts";
import type { AdaptationLog, LanguageModel } from "../../contracts/language-model.ts";
import type { ModelSecrets, ModelSpec } from "../../contracts/model-spec.ts";
import type { WorkerPool } from "../../contracts/worker-pool.ts";
import { defined } from "../../core/defined.ts";
import type { AgentRetries } from "../../models/agents/agent-attempts.ts";
import { type AgentAttempts, createAgentAttempts } from "../../models/agents/create-agent.ts";
import { moduleDigest, wrapAgent } from "../../models/agents/wrap-agent.ts";
import { shownUrl } from "../../models/secret-mask.ts";
import { buildModel } from "../../models/stack.ts";
import {
  createStackServices,
  type ModelListener,
  patienceOf,
  retryingEvent,
  waitingEvent,
} from "../../models/stack-services.ts";
import type { TimeLog } from "../../models/time-log.ts";
import type { Catalog } from "../../plugins/catalog.ts";
import { cutOffWarning } from "../budget/output-limits.ts";
import type { SessionGuard } from "./session-guard.ts";

interface ModelsRequest {
  readonly catalog: Catalog;
  readonly directory: string;
  readonly concurrency: number;
  readonly answers?: AnswerStore;
  readonly guard: SessionGuard;
  /** Request adaptations that earlier sessions learned for each model; absent: none. */
  readonly adaptations?: AdaptationLog;
  /** Receives waits, retries and notes about a model. */
  readonly listener?: ModelListener;
  readonly specs: Readonly<Record<string, ModelSpec>>;
  readonly secrets: Readonly<Record<string, ModelSecrets>>;
  /** Receives the times of new answers. */
  readonly timeLog?: TimeLog;
  /** Workers that make the attempts; absent: this process does. */
  readonly pool?: WorkerPool | undefined;
  /** Receives warnings during the run. */
  readonly warn?: (message: string) => void;
}

/** Live models and agents of one session, with a shared rate limiter. */
interface OpenModels {
  model(key: string): LanguageModel;
  /** `model` is the key of the model that the application uses. */
  agent(run: AgentRunSpec, model: string): Promise<Agent>;
}

/** Builds every model once. Rejects with NotFoundError or PluginError if a provider cannot be loaded. */
export async function openModels(request: ModelsRequest): Promise<OpenModels> {
  const { catalog, specs, secrets, answers, guard } = request;
  const pairs = Object.fromEntries(
    Object.entries(specs).map(([key, spec]) => [key, { spec, secrets: secrets[key] ?? { headers: {} } }]),
  );
  const services = createStackServices({
    // A plan names a user's provider relative to its config.
    catalog: { load: (kind, use) => catalog.load(kind, use, request.directory) },
    models: pairs,
    concurrency: request.concurrency,
    session: guard.layer,
    onToolLimit: (spec) => request.warn?.(cutOffWarning(spec)),
    ...defined({ answers, adaptations: request.adaptations, listener: request.listener, pool: request.pool }),
  });
  if (request.listener !== undefined) request.pool?.listen(request.listener);
  const built = new Map<string, LanguageModel>();
  for (const [key, { spec, secrets: own }] of Object.entries(pairs)) {
    const model = await buildModel(spec, own, services);
    built.set(key, request.timeLog?.timedModel(spec, model) ?? model);
  }
  return {
    model: (key) => built.get(key) as LanguageModel,
    async agent(run, key) {
      const spec = specs[key] as ModelSpec;
      const name = run.kind === "http" ? shownUrl(run.url) : "the agent";
      const retries: AgentRetries = {
        retries: spec.retries,
        patienceMs: patienceOf(spec),
        clock: services.clock,
        random: services.random,
        onPause: (pause) =>
          request.listener?.(
            pause.error.kind === "rate_limit"
              ? waitingEvent(name, pause)
              : retryingEvent(name, pause, spec.retries),
          ),
      };
      const { directory, pool, timeLog } = request;
      const { attempt, close }: AgentAttempts =
        pool === undefined
          ? await createAgentAttempts(run, { timeoutMs: spec.timeoutMs, directory })
          : { attempt: await pool.agent(run, spec) };
      const { limiter, inFlight } = services;
      return wrapAgent({
        attempt: timeLog?.timedAttempt(run, attempt) ?? attempt,
        admit: (work) => guard.run(spec, work),
        ...(run.kind === "http" ? { retries } : {}),
        ...defined({ close }),
        run,
        moduleDigest: await moduleDigest(run, request.directory),
        limiter,
        inFlight,
        ...(answers === undefined ? {} : { answers }),
      });
    },
  };
}
