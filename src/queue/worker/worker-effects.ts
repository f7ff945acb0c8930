import type { Config } from "../../config/config.ts";
import type { AgentRunSpec } from "../../contracts/agent.ts";
import type { AdaptationLog, Completion, CompletionRequest } from "../../contracts/language-model.ts";
import type { ModelSecrets, ModelSpec } from "../../contracts/model-spec.ts";
import type { AgentAttempt } from "../../contracts/worker-pool.ts";
import { digestOf } from "../../core/data/digest.ts";
import type { JsonObject } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import type { SecretMask } from "../../core/text/secret.ts";
import { createAgentAttempts } from "../../models/agents/create-agent.ts";
import { missingKey } from "../../models/open-prompt-model.ts";
import { createAdaptationLog } from "../../models/openai/adaptation-log.ts";
import { secretMask, shownUrl } from "../../models/secret-mask.ts";
import { buildAttemptModel } from "../../models/stack.ts";
import { createTokenMask } from "../../network/token-mask.ts";
import type { Catalog } from "../../plugins/catalog.ts";
import type { AgentJob, JobResult, ModelJob } from "../job.ts";
import {
  type AgentNeed,
  agentNeedOf,
  type ModelNeed,
  modelNeedOf,
  type Need,
  needDifference,
  needName,
} from "../job-needs.ts";

/** What a worker can do: the models and agents of its own config, with its own keys. */
export interface WorkerEffects {
  /** Why the worker may not do what a run needs; undefined if it may. */
  refusal(need: Need): string | undefined;
  /** Makes one attempt. `run` separates what runs have learned about a model. */
  attempt(
    run: string,
    need: Need,
    job: ModelJob | AgentJob,
    signal: AbortSignal,
  ): Promise<Partial<JobResult>>;
  /** Digests of modules by path. */
  readonly modules: Readonly<Record<string, string>>;
  /** Models that cannot be called, with the reason: a missing key or package. */
  readonly uncallable: readonly string[];
  readonly mask: SecretMask;
  /** Forgets a run. */
  forget(run: string): void;
  close(): Promise<void>;
}

interface OwnModel {
  readonly need: ModelNeed;
  readonly spec: ModelSpec;
  readonly secrets: ModelSecrets;
  readonly missing: string | undefined;
}

interface OwnAgent {
  readonly need: Omit<AgentNeed, "model">;
  readonly run: AgentRunSpec;
}

type Made = Awaited<ReturnType<typeof createAgentAttempts>>;

export async function createWorkerEffects(config: Config, catalog: Catalog): Promise<WorkerEffects> {
  const { directory } = config;
  const models = new Map<string, OwnModel>();
  for (const [key, { spec, secrets }] of Object.entries(config.models)) {
    const error = missingKey(spec, secrets);
    const missing = error === undefined ? undefined : [error.message, error.hint].filter(Boolean).join("; ");
    models.set(key, { need: await modelNeedOf(spec, directory), spec, secrets, missing });
  }
  const agents: OwnAgent[] = [];
  for (const { run, model } of Object.values(config.agents))
    if (run !== undefined) agents.push({ need: await agentNeedOf(run, model, directory), run });

  const built = new Map<
    string,
    Promise<{ model: Awaited<ReturnType<typeof buildAttemptModel>>; log: AdaptationLog; warnings: string[] }>
  >();
  const made = new Map<string, Promise<Made>>();
  const masks = [...models.values()].map(({ spec, secrets }) => secretMask(secrets, spec.baseUrl));
  const tokens = createTokenMask([]);
  const mask: SecretMask = Object.assign(
    (text: string) => masks.reduce((masked, one) => one(masked), tokens(text)),
    { deep: <Value>(value: Value) => masks.reduce((masked, one) => one.deep(masked), tokens.deep(value)) },
  );

  function findAgent(need: AgentNeed): OwnAgent | undefined {
    const alike = agents.filter(({ need: own }) => own.how === need.how && own.run === need.run);
    return alike.find(({ need: own }) => own.options === need.options) ?? alike[0];
  }

  function openModel(run: string, { spec, secrets }: OwnModel, job: ModelJob) {
    const { timeoutMs, longTimeoutMs } = job;
    const id = `${run} ${spec.key} ${timeoutMs} ${longTimeoutMs ?? ""}`;
    const found = built.get(id);
    if (found !== undefined) return found;
    const { longTimeoutMs: _, ...rest } = spec;
    const own = { ...rest, timeoutMs, ...defined({ longTimeoutMs }) };
    const opening = (async () => {
      const log = createAdaptationLog();
      const warnings: string[] = [];
      const warn = (message: string) => warnings.push(message);
      const services = { spec: own, secrets, adaptations: log, warn };
      const model = await buildAttemptModel(services, {
        load: (kind, use) => catalog.load(kind, use, directory),
      });
      return { model, log, warnings };
    })();
    built.set(id, opening);
    return opening;
  }

  async function askModel(run: string, need: ModelNeed, job: ModelJob, signal: AbortSignal) {
    const own = models.get(need.key);
    if (own === undefined) return { refusal: refusalOf(need) ?? "" };
    const { model, log, warnings } = await openModel(run, own, job);
    const { key } = own.spec;
    for (const one of job.adaptations)
      if (
        !log.known(key).some(({ parameter, sentAs }) => parameter === one.parameter && sentAs === one.sentAs)
      )
        log.note(key, one);
    const { messages, parameters, repeat, isLong, attempt } = job;
    const request: CompletionRequest = {
      messages,
      signal,
      ...defined({ parameters, repeat, isLong, attempt }),
    };
    // What was learned about the model is sent with the answer or the error.
    const learned = () => ({ adaptations: log.known(key), warnings: warnings.splice(0) });
    try {
      const completion: Completion = await model.complete(request);
      return { completion, ...learned() };
    } catch (error) {
      throw new FailedAttempt(error, learned());
    }
  }

  async function runAgent(need: AgentNeed, job: AgentJob, signal: AbortSignal) {
    const own = findAgent(need);
    if (own === undefined) return { refusal: refusalOf(need) ?? "" };
    const id = digestOf([own.need, job.timeoutMs]);
    const { timeoutMs } = job;
    const opening = made.get(id) ?? createAgentAttempts(own.run, { timeoutMs, directory });
    made.set(id, opening);
    const attempt: AgentAttempt = (await opening).attempt;
    const model = withOwnAddress(job.input.model, models.get(need.model)?.spec);
    return { answer: await attempt({ ...job.input, model }, { signal }) };
  }

  function refusalOf(need: Need): string | undefined {
    if (need.kind === "agent") {
      const own = findAgent(need);
      if (own === undefined) {
        const known = agents.map((one) => one.need.run).join(", ");
        return `${needName(need)} is no agent of this config (${known === "" ? "it has none" : known})`;
      }
      return needDifference(need, { ...own.need, model: need.model });
    }
    const own = models.get(need.key);
    if (own === undefined)
      return `${needName(need)} is no model of this config (${[...models.keys()].join(", ") || "it has none"})`;
    return needDifference(need, own.need) ?? own.missing;
  }

  return {
    refusal: refusalOf,
    attempt: (run, need, job, signal) =>
      need.kind === "model"
        ? askModel(run, need, job as ModelJob, signal)
        : runAgent(need, job as AgentJob, signal),
    modules: Object.fromEntries(
      [...models.values(), ...agents].flatMap(({ need }) =>
        need.module === undefined ? [] : [[need.kind === "model" ? need.provider : need.run, need.module]],
      ),
    ),
    uncallable: [...models.values()].flatMap(({ missing }) => missing ?? []),
    mask,
    forget(run) {
      for (const id of built.keys()) if (id.startsWith(`${run} `)) built.delete(id);
    },
    async close() {
      for (const opening of made.values()) await (await opening.catch(() => undefined))?.close?.();
    },
  };
}

/** An attempt's error with what was learned before it. */
export class FailedAttempt extends Error {
  readonly learned: Partial<JobResult>;

  constructor(cause: unknown, learned: Partial<JobResult>) {
    super("an attempt failed", { cause });
    this.learned = learned;
  }
}

/** An application gets the address of its worker's config, with user and password, if it is the same place. */
function withOwnAddress(given: JsonObject, spec: ModelSpec | undefined): JsonObject {
  const own = spec?.baseUrl;
  return own !== undefined && given["base_url"] === shownUrl(own) ? { ...given, base_url: own } : given;
}
