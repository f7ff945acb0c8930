import type { AnswerStore } from "../contracts/answer-store.ts";
import type { RunnerEvent } from "../contracts/events.ts";
import type { AdaptationLog, CompletionRequest, ModelLayer } from "../contracts/language-model.ts";
import type { ModelSecrets, ModelSpec } from "../contracts/model-spec.ts";
import type { WorkerPool } from "../contracts/worker-pool.ts";
import { defined } from "../core/defined.ts";
import type { ModelError } from "../core/errors.ts";
import type { TokenUsage } from "../core/usage.ts";
import type { Catalog } from "../plugins/catalog.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type CallLimiter, createCallLimiter } from "./layers/limit.ts";
import { createReachability, type Reachability } from "./layers/reachability.ts";
import { type AnswerLengths, createAnswerLengths } from "./limits/answer-lengths.ts";
import { createInFlight, type InFlight } from "./limits/in-flight.ts";
import { createRateGates, type RateGates } from "./limits/rate-gates.ts";
import { createAdaptationLog } from "./openai/adaptation-log.ts";
import type { Pause } from "./retries.ts";

/** What all stacks of a run share. */
export interface StackServices {
  readonly catalog: Pick<Catalog, "load">;
  readonly limiter: CallLimiter;
  readonly reachability: Reachability;
  readonly rateGates: RateGates;
  /** Known adaptations of models, from this session and earlier ones. */
  readonly adaptations: AdaptationLog;
  /** Receives waits, retries and warnings about a model. */
  readonly listener?: ModelListener;
  readonly inFlight: InFlight;
  readonly clock: Clock;
  /** Uniform in [0, 1); only spreads retries. */
  readonly random: () => number;
  /** If absent, nothing is stored and every call is sent. */
  readonly answers?: AnswerStore;
  readonly lengths: AnswerLengths;
  /** Checks each attempt against the session's limits right before it is sent; absent: no limits. */
  readonly session?: SessionLayer;
  /** Called once per model when an answer is truncated by a limit the tool set. */
  readonly onToolLimit?: (spec: ModelSpec) => void;
  /** Makes the attempts in place of this process. */
  readonly pool?: WorkerPool;
  /** Models by key, for fallbacks. */
  readonly models: Readonly<Record<string, { readonly spec: ModelSpec; readonly secrets: ModelSecrets }>>;
}

/** `lostUsage` is the usage recorded for an attempt that was sent and never answered. */
export type SessionLayer = (
  spec: ModelSpec,
  lostUsage: (request: CompletionRequest) => TokenUsage,
) => ModelLayer;

/** Creates the services that all stacks of one run share; `concurrency` is `-j`. */
export function createStackServices({
  concurrency,
  clock = systemClock,
  random = Math.random,
  adaptations = createAdaptationLog(),
  ...given
}: Pick<StackServices, "catalog" | "answers" | "models" | "session" | "listener" | "onToolLimit" | "pool"> &
  Partial<Pick<StackServices, "clock" | "random" | "adaptations">> & {
    readonly concurrency: number;
  }): StackServices {
  return {
    ...given,
    clock,
    random,
    adaptations,
    rateGates: createRateGates(clock, random),
    limiter: createCallLimiter(concurrency, clock, {
      ...defined({ limits: given.pool?.limits, answers: given.answers?.shared }),
    }),
    reachability: createReachability(),
    inFlight: createInFlight(),
    lengths: createAnswerLengths(),
  };
}

/** Receives events of model calls. */
export type ModelListener = (event: RunnerEvent) => void;

export function waitingEvent(
  model: string,
  { durationMs, error: { message, status } }: { readonly durationMs: number; readonly error: ModelError },
): RunnerEvent {
  return { type: "waiting", model, seconds: seconds(durationMs), reason: message, ...defined({ status }) };
}

/** `retries` is the most that are made of one call. */
export function retryingEvent(
  model: string,
  { durationMs, attempt, error: { message, status } }: Pause,
  retries: number,
): RunnerEvent {
  return {
    type: "retrying",
    model,
    seconds: seconds(durationMs),
    reason: message,
    attempt,
    of: retries,
    ...defined({ status }),
  };
}

/** Default patience for a model's rate limit, in milliseconds. */
const defaultPatienceMs = 300_000;

export function patienceOf({ rateLimitPatienceMs }: Pick<ModelSpec, "rateLimitPatienceMs">): number {
  return rateLimitPatienceMs ?? defaultPatienceMs;
}

function seconds(durationMs: number): number {
  return Math.round(durationMs / 100) / 10;
}
