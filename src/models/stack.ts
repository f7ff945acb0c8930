import type { CompletionRequest, LanguageModel, ModelLayer } from "../contracts/language-model.ts";
import type { ModelSecrets, ModelSpec } from "../contracts/model-spec.ts";
import type { ModelServices } from "../contracts/plugin.ts";
import { type ModelError, NotFoundError, PluginError } from "../core/errors.ts";
import { nearNames } from "../core/text/near-names.ts";
import type { Catalog } from "../plugins/catalog.ts";
import { answerGuard } from "./layers/answer-guard.ts";
import { attemptLayer, deadlineLayer, errorGuard } from "./layers/attempt-layer.ts";
import { exchangeLayer } from "./layers/exchange-layer.ts";
import { fallbackLayer } from "./layers/fallback.ts";
import { outputLimitLayer } from "./layers/output-limit-layer.ts";
import { sendThroughGate, waitAtGate } from "./limits/rate-gates.ts";
import { translateError } from "./openai/errors/openai-errors.ts";
import { retryLayer } from "./retries.ts";
import { secretMask, shownUrl } from "./secret-mask.ts";
import { patienceOf, retryingEvent, type StackServices, waitingEvent } from "./stack-services.ts";

/**
 * Builds a model as the rest of the program uses it. The only place that orders layers.
 *
 * Rejects with NotFoundError or PluginError if a provider cannot be loaded. The model rejects only with
 * ModelError or an error of the answer store (StoreError, ReplayError).
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

/** One provider's model with all layers for its own calls. */
async function buildOne(
  spec: ModelSpec,
  secrets: ModelSecrets,
  services: StackServices,
  isFallback = false,
): Promise<LanguageModel> {
  const { catalog, limiter, reachability, rateGates, lengths, adaptations, listener, session } = services;
  const { clock, random, answers } = services;
  const lostUsage = (request: CompletionRequest) => lengths.lostUsage(spec, request);
  const endpoint = spec.baseUrl === undefined ? `provider ${spec.provider}` : shownUrl(spec.baseUrl);
  const gate = rateGates.gate(spec.key, {
    patienceMs: patienceOf(spec),
    onWaiting: (waiting) => listener?.(waitingEvent(spec.name, waiting)),
  });
  const warn = (message: string) => listener?.({ type: "warning", message });
  const { pool } = services;
  const provider =
    pool === undefined
      ? await openProvider({ spec, secrets, adaptations, warn }, catalog)
      : pool.model(spec, { adaptations, warn });
  return layered(provider, [
    // A worker translates its errors itself, with its own secrets, and its deadline leaves out the time in the queue.
    ...(pool === undefined ? [errorGuard(translatorOf(spec, secrets))] : []),
    answerGuard(spec),
    ...(pool === undefined ? [deadlineLayer({ ...spec, place: `resources.llms.${spec.key}` })] : []),
    attemptLayer({ spec, lengths, log: answers?.attempts, isFallback }),
    // Below the limiter, so that a checked attempt is sent at once.
    ...(session === undefined ? [] : [session(spec, lostUsage)]),
    reachability.watch(endpoint),
    sendThroughGate(gate),
    limiter.layer(spec),
    // Above the limiter: a call waiting for the rate limit or its next attempt holds no slot.
    waitAtGate(gate),
    retryLayer({
      retries: spec.retries,
      clock,
      random,
      lostUsage,
      onPause: (pause) => listener?.(retryingEvent(spec.name, pause, spec.retries)),
    }),
    reachability.judge(endpoint),
    outputLimitLayer(spec, () => services.onToolLimit?.(spec)),
  ]);
}

async function buildFallback(key: string, spec: ModelSpec, services: StackServices): Promise<LanguageModel> {
  const found = Object.hasOwn(services.models, key) ? services.models[key] : undefined;
  if (found !== undefined) {
    const model = await buildOne(found.spec, found.secrets, services, true);
    // Prices are looked up by the config's name, not the provider's.
    return Object.freeze({ ...model, modelId: found.spec.name });
  }
  throw new NotFoundError("model", key, nearNames(key, Object.keys(services.models)), {
    hint: `resources.llms.${spec.key}.fallbacks must list keys of resources.llms`,
  });
}

/** The first layer is the innermost. */
function layered(model: LanguageModel, layers: readonly ModelLayer[]): LanguageModel {
  return layers.reduce((inner, layer) => layer(inner), model);
}

/** The model that a worker calls: one attempt, with its deadline and its errors. */
export async function buildAttemptModel(
  services: ModelServices,
  catalog: Pick<Catalog, "load">,
): Promise<LanguageModel> {
  const { spec, secrets } = services;
  return layered(await openProvider(services, catalog), [
    errorGuard(translatorOf(spec, secrets)),
    deadlineLayer({ ...spec, place: `resources.llms.${spec.key}` }),
  ]);
}

function translatorOf(spec: ModelSpec, secrets: ModelSecrets): (error: unknown) => ModelError {
  const who = `${spec.name} (provider ${spec.provider})`;
  return (error) => translateError(error, { spec, who, mask: secretMask(secrets, spec.baseUrl) });
}

/** The bare model of a spec's provider, with validated options. Rejects with NotFoundError or PluginError. */
async function openProvider(services: ModelServices, catalog: Pick<Catalog, "load">): Promise<LanguageModel> {
  const { spec } = services;
  // Paths in a spec are absolute, so the directory has no effect.
  const plugin = await catalog.load("model", spec.provider, ".");
  const checked = plugin.options.safeParse(spec.providerOptions ?? {});
  const place = `resources.llms.${spec.key}`;
  if (!checked.success) {
    const problems = checked.error.issues.map(({ path, message }) =>
      [...path.map(String), message].join(": "),
    );
    throw new PluginError(`${place}: options of provider ${spec.provider}: ${problems.join("; ")}`);
  }
  const model: Partial<LanguageModel> | undefined = plugin.create(checked.data as never, services);
  if (typeof model?.complete !== "function") {
    throw new PluginError(`${place}: provider ${spec.provider} returned no model`, {
      hint: "create(options, { spec, secrets }) must return an object with an async complete(request)",
    });
  }
  const { complete } = model;
  return Object.freeze({
    provider: model.provider ?? spec.provider,
    modelId: model.modelId ?? spec.name,
    // Treats a synchronous throw as a rejection.
    complete: async (request) => complete.call(model, request),
  } satisfies LanguageModel);
}
