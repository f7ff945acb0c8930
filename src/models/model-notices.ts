import type { RunnerEvent } from "../contracts/events.ts";
import type { ModelSpec } from "../contracts/model-spec.ts";
import type { ModelError } from "../core/errors.ts";

/** What is told while models are asked; absent: nobody listens. */
export type ModelListener = (event: RunnerEvent) => void;

export function waitingEvent(model: string, durationMs: number, { message }: ModelError): RunnerEvent {
  return { type: "waiting", model, seconds: seconds(durationMs), reason: message };
}

export function retryingEvent(model: string, durationMs: number, { message }: ModelError): RunnerEvent {
  return { type: "retrying", model, seconds: seconds(durationMs), reason: message };
}

/** How long the rate limit of a model is waited for where its config says nothing, in milliseconds. */
const defaultPatienceMs = 300_000;

export function patienceOf({ rateLimitPatienceMs }: Pick<ModelSpec, "rateLimitPatienceMs">): number {
  return rateLimitPatienceMs ?? defaultPatienceMs;
}

function seconds(durationMs: number): number {
  return Math.round(durationMs / 100) / 10;
}
