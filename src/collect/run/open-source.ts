import type { Config } from "../../config/config.ts";
import type { Agent } from "../../contracts/agent.ts";
import type { CompletionRequest, LanguageModel } from "../../contracts/language-model.ts";
import type { ModelSecrets, ModelSpec } from "../../contracts/model-spec.ts";
import type { WorkerPool } from "../../contracts/worker-pool.ts";
import type { AnswerKind } from "../../core/answer/answer.ts";
import { canonicalJson, digestOf } from "../../core/data/digest.ts";
import type { Example } from "../../core/data/example.ts";
import type { JsonObject } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import type { ChatMessage, ToolCall } from "../../core/prompt/message.ts";
import type { Template } from "../../core/prompt/prompt.ts";
import { readRowTemplate } from "../../core/template/row-template.ts";
import type { TokenUsage } from "../../core/usage.ts";
import { addressOf } from "../../models/model-question.ts";
import type { ModelListener } from "../../models/stack-services.ts";
import { createTimeLog } from "../../models/time-log.ts";
import type { Catalog } from "../../plugins/catalog.ts";
import { shownPath } from "../../project/resolve-plugins.ts";
import { openCacheAnswers } from "../../run/answers/cache-answers.ts";
import { reportFirstWait } from "../../run/answers/claim-answer.ts";
import { openSharedAnswers } from "../../run/answers/open-shared-answers.ts";
import { withSessionLimits } from "../../run/budget/output-limits.ts";
import { describeModel } from "../../run/lab/ask-row.ts";
import { openModels } from "../../run/session/open-models.ts";
import {
  checkSessionLimits,
  createSessionGuard,
  type SessionLimits,
} from "../../run/session/session-guard.ts";
import { addModelTimes } from "../../run/store/times-file.ts";
import type { CollectionPlan } from "./plan-collection.ts";

export interface SourceRequest {
  readonly config: Config;
  readonly catalog: Catalog;
  readonly concurrency: number;
  /** Workers that make the attempts; absent: this process does. */
  readonly pool?: WorkerPool | undefined;
  readonly usesCache: boolean;
  readonly session: SessionLimits;
  /** Called when a limit of the session is reached. */
  readonly interrupt: (reason: Error) => void;
  readonly listener?: ModelListener;
  /** Called with warnings during the collection. */
  readonly warn?: (message: string) => void;
}

export interface OpenSource {
  readonly source: Source;
  readonly spec: ModelSpec;
  close(): Promise<void>;
}

/** Opens the model or application of a plan, with one limiter and the cache shared with runs. */
export async function openSource(plan: CollectionPlan, request: SourceRequest): Promise<OpenSource> {
  const { config, catalog, session } = request;
  const { specs: configured, secrets } = modelsFor(plan.model, config);
  checkSessionLimits(session, configured);
  const specs = withSessionLimits(configured, session);
  const guard = createSessionGuard(session, request.interrupt);
  const emit: ModelListener = (event) => {
    if (event.type === "warning") request.warn?.(event.message);
    else request.listener?.(event);
  };
  const cache = request.usesCache ? await openSharedAnswers(config, emit) : undefined;
  const timeLog = createTimeLog();
  const models = await openModels({
    catalog,
    directory: config.directory,
    concurrency: request.concurrency,
    ...(cache === undefined
      ? {}
      : { answers: openCacheAnswers(cache, { onAwaited: reportFirstWait(emit) }) }),
    guard,
    timeLog,
    specs,
    secrets,
    ...defined({ listener: request.listener, warn: request.warn, pool: request.pool }),
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
      await addModelTimes(config.statePath, timeLog.times);
      await cache?.close();
    },
  };
}

/** A model and its fallbacks. */
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

/** The answer to one row. */
export interface SourceAnswer {
  /** Digest of everything that determines the answer: equal questions have equal ids. */
  readonly question: string;
  /** Absent if an application answered. */
  readonly messages?: readonly ChatMessage[];
  readonly output: string;
  /** Absent if an application answered. */
  readonly kind?: AnswerKind;
  readonly reasoning?: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason?: string;
  readonly usage?: TokenUsage;
  /** True if the provider reported no plausible usage. */
  readonly isEstimated?: boolean;
  /** Set if the answer was withheld with a 4xx status, which is not billed. */
  readonly isUnbilled?: true;
  readonly latencyMs: number;
  readonly isCached: boolean;
}

/** Answers rows: a model called with the prompt, or the user's application. */
interface Source {
  /** Throws UsageError if the row lacks inputs of the prompt. Makes no call. */
  check(example: Example): void;
  /** Digest of the question for a row. */
  questionOf(example: Example): string;
  ask(example: Example, signal: AbortSignal, attempts?: AttemptReports): Promise<SourceAnswer>;
}

/** Callbacks for failed attempts and retries. */
type AttemptReports = Pick<CompletionRequest, "onUnused" | "onRetry">;

function modelSource(plan: CollectionPlan, spec: ModelSpec, model: LanguageModel): Source {
  const [prompt] = plan.prompts;
  const template = readRowTemplate(prompt?.template ?? "", prompt?.templateLanguage ?? "default");
  const tools = plan.agent?.tools ?? [];
  const requestOf = (example: Example) => ({
    messages: template.render(example.inputs),
    ...(tools.length === 0 ? {} : { parameters: { tools } }),
  });
  return {
    check: (example) => void template.render(example.inputs),
    questionOf: (example) => addressOf(spec, requestOf(example)),
    async ask(example, signal, attempts = {}) {
      const request = requestOf(example);
      const question = addressOf(spec, request);
      const completion = await model.complete({ ...request, ...attempts, signal });
      const { text, kind, reasoning, toolCalls, finishReason, usage, latencyMs, origin } = completion;
      const { isEstimated, isUnbilled } = completion;
      const { messages } = request;
      const isCached = origin !== undefined;
      return {
        ...{ question, messages, output: text, toolCalls, finishReason, usage, latencyMs, isCached },
        ...defined({ kind, reasoning, isEstimated, isUnbilled }),
      };
    },
  };
}

function agentSource(plan: CollectionPlan, spec: ModelSpec, agent: Agent): Source {
  const prompts: Record<string, Template> = {};
  for (const { key, template } of plan.prompts) prompts[key] = template;
  const model: JsonObject = describeModel(spec);
  const questionOf = ({ inputs }: Example) =>
    digestOf(["agent", plan.agent?.key ?? "", canonicalJson(inputs), prompts, model]);
  return {
    check: () => {},
    questionOf,
    async ask(example, signal, attempts = {}) {
      const answer = await agent.run({ inputs: example.inputs, prompts, model }, { ...attempts, signal });
      const { output, toolCalls = [], usage, latencyMs, origin } = answer;
      return {
        question: questionOf(example),
        output,
        toolCalls,
        latencyMs,
        isCached: origin !== undefined,
        ...(usage === undefined ? {} : { usage }),
      };
    },
  };
}
