import type { ModelSpec } from "./model-spec.ts";

/** Number of concurrent calls to one model; halved on rate limits, then slowly raised. */
export interface AdaptiveLimit {
  /** Runs tasks in the order of the calls. A limit that others share may reject with ModelError `aborted`. */
  run<Result>(task: (slot: CallSlot) => Promise<Result>, signal?: AbortSignal): Promise<Result>;
  readonly current: number;
}

/** Receives the outcome of a call. */
export interface CallSlot {
  answered(): void;
  tooMany(): void;
}

/** A token bucket that serves callers in order of arrival. */
export interface RateBucket {
  /** Waits until the amount is available. Rejects with ModelError `aborted` if the signal fires first. */
  take(amount: number, signal?: AbortSignal): Promise<void>;
  /** Corrects an earlier take: positive if more was used, negative if less. */
  correct(amount: number): void;
}

/** The endpoint and model whose limits are shared. */
type LimitedModel = Pick<ModelSpec, "name" | "provider" | "baseUrl" | "limits">;

/** Limits of providers that several processes keep together. */
export interface SharedLimits {
  /** `ceiling` is the most that this process may have in flight. */
  adaptiveLimit(model: LimitedModel, ceiling: number): AdaptiveLimit;
  rateBucket(model: LimitedModel, kind: "requests" | "tokens", perMinute: number): RateBucket;
}
