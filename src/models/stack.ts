import type { AnswerStore } from "../contracts/answer-store.ts";
import type {
  AdaptationLog,
  CompletionRequest,
  LanguageModel,
  ModelLayer,
} from "../contracts/language-model.ts";
import type { ModelSecrets, ModelSpec } from "../contracts/model-spec.ts";
import { NotFoundError } from "../core/errors.ts";
import { nearNames } from "../core/text/near-names.ts";
import type { TokenUsage } from "../core/usage.ts";
import type { Catalog } from "../plugins/catalog.ts";
import { answerGuard } from "./layers/answer-guard.ts";
import { attemptLayer } from "./layers/attempt-layer.ts";
import { deadlineLayer } from "./layers/deadline-layer.ts";
import { errorGuard } from "./layers/error-guard.ts";
import { exchangeLayer } from "./layers/exchange-layer.ts";
import { fallbackLayer } from "./layers/fallback.ts";
import type { CallLimiter } from "./layers/limit.ts";
import { outputLimitLayer } from "./layers/output-limit-layer.ts";
import { sendThroughGate, waitAtGate } from "./layers/rate-gate.ts";
import type { Reachability } from "./layers/reachability.ts";
import { retryLayer } from "./layers/retry.ts";
import type { AnswerLengths } from "./limits/answer-lengths.ts";
import type { InFlight } from "./limits/in-flight.ts";
import type { RateGates } from "./limits/rate-gates.ts";
import { type ModelListener, patienceOf, retryingEvent, waitingEvent } from "./model-notices.ts";
import { openProvider } from "./open-provider.ts";
import { translateError } from "./openai/errors/openai-errors.ts";
import { secretMask } from "./secret-mask.ts";
import { shownUrl } from "./shown-url.ts";
import type { Clock } from "./timing/clock.ts";

/** What all stacks of a run share. Made by `createStackServices`. */
export interface StackServices {
  readonly catalog: Pick<Catalog, "load">;
  readonly limiter: CallLimiter;
  readonly reachability: Reachability;
  readonly rateGates: RateGates;
  /** What has been learned about the requests that models accept, in this session and before. */
  readonly adaptations: AdaptationLog;
  /** Told of waits, retries and what the user should know of a model. */
  readonly listener?: ModelListener;
  readonly inFlight: InFlight;
  readonly clock: Clock;
  /** Uniform in [0, 1); spreads retries, decides nothing. */
  readonly random: () => number;
  /** Absent: nothing is kept, every call is sent. */
  readonly answers?: AnswerStore;
  readonly lengths: AnswerLengths;
  /** Weighs each attempt against the limits of the session, right before it is sent; absent: no limits. */
  readonly session?: SessionLayer;
  /** Called for the first answer of a model that a limit set by the tool cut off. */
  readonly onToolLimit?: (spec: ModelSpec) => void;
  /** Models by key, for fallbacks. */
  readonly models: Readonly<Record<string, { readonly spec: ModelSpec; readonly secrets: ModelSecrets }>>;
}

/** `lostUsage` is what an attempt that was sent and never answered is booked at. */
export type SessionLayer = (
  spec: ModelSpec,
  lostUsage: (request: CompletionRequest) => TokenUsage,
) => ModelLayer;

/**
 * A model as the rest of the house uses it. The only place that orders layers.
 *
 * Rejects with NotFoundError or PluginError when a provider cannot be loaded. The model rejects with
 * ModelError only, but for what the answer store throws (StoreError, ReplayError).
 */
export async function buildModel(
  spec: ModelSpec,
  secrets: ModelSecrets,
  services: StackServices,
): Promise<LanguageModel> {
  const model = await buildOne(spec, secrets, services);
  const others = await Promise.all(spec.fallbacks.map((key) => buildFallback(key, spec, services)));
  const { answers: store, inFlight, models } = services;
  const fallbacks = spec.fallbacks.flatMap((key) => models[key]?.spec ?? []);
  return layered(model, [
    fallbackLayer(others),
    ...(store === undefined ? [] : [exchangeLayer({ spec, store, inFlight, fallbacks })]),
  ]);
}

/** One provider's model with everything that concerns its own calls. */
async function buildOne(
  spec: ModelSpec,
  secrets: ModelSecrets,
  services: StackServices,
  isFallback = false,
): Promise<LanguageModel> {
  const { catalog, limiter, reachability, rateGates, lengths, adaptations, listener, session } = services;
  const { clock, random, answers } = services;
  const lostUsage = (request: CompletionRequest) => lengths.lostUsage(spec, request);
  const who = `${spec.name} (provider ${spec.provider})`;
  const endpoint = spec.baseUrl === undefined ? `provider ${spec.provider}` : shownUrl(spec.baseUrl);
  const translate = (error: unknown) =>
    translateError(error, { spec, who, mask: secretMask(secrets, spec.baseUrl) });
  const gate = rateGates.gate(spec.key, {
    patienceMs: patienceOf(spec),
    onWaiting: ({ durationMs, error }) => listener?.(waitingEvent(spec.name, durationMs, error)),
  });
  const warn = (message: string) => listener?.({ type: "warning", message });
  return layered(await openProvider({ spec, secrets, adaptations, warn }, catalog), [
    errorGuard(translate),
    answerGuard(spec),
    deadlineLayer({ ...spec, place: `resources.llms.${spec.key}` }),
    attemptLayer({ spec, lengths, log: answers?.attempts, isFallback }),
    // Under the limiter, so that what is weighed is sent at once.
    ...(session === undefined ? [] : [session(spec, lostUsage)]),
    reachability.watch(endpoint),
    sendThroughGate(gate),
    limiter.layer(spec),
    // Over the limiter: a call that waits, for the rate limit or for its next attempt, holds no place.
    waitAtGate(gate),
    retryLayer({
      retries: spec.retries,
      clock,
      random,
      lostUsage,
      onPause: ({ durationMs, error }) => listener?.(retryingEvent(spec.name, durationMs, error)),
    }),
    reachability.judge(endpoint),
    outputLimitLayer(spec, () => services.onToolLimit?.(spec)),
  ]);
}

async function buildFallback(key: string, spec: ModelSpec, services: StackServices): Promise<LanguageModel> {
  const found = Object.hasOwn(services.models, key) ? services.models[key] : undefined;
  if (found !== undefined) {
    const model = await buildOne(found.spec, found.secrets, services, true);
    // Whoever looks for its price knows it by the config's name, whatever the provider calls it.
    return Object.freeze({ ...model, modelId: found.spec.name });
  }
  throw new NotFoundError("model", key, nearNames(key, Object.keys(services.models)), {
    hint: `resources.llms.${spec.key}.fallbacks names keys of resources.llms`,
  });
}

/** The first layer is the innermost. */
function layered(model: LanguageModel, layers: readonly ModelLayer[]): LanguageModel {
  return layers.reduce((inner, layer) => layer(inner), model);
}
