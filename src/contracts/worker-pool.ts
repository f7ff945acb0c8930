import type { AgentAnswer, AgentInput, AgentRunSpec } from "./agent.ts";
import type { SharedLimits } from "./call-limits.ts";
import type { RunnerEvent } from "./events.ts";
import type { LanguageModel } from "./language-model.ts";
import type { ModelSpec } from "./model-spec.ts";
import type { ModelServices } from "./plugin.ts";

/** One attempt at an application's answer. Rejects with AgentError, or with ModelError if a retry may help. */
export type AgentAttempt = (
  input: AgentInput,
  options: { readonly signal?: AbortSignal | undefined },
) => Promise<AgentAnswer>;

/**
 * Does attempts elsewhere, one job an attempt. An attempt whose worker was lost rejects with a ModelError that
 * `isWorkerLost` recognizes; a pool that cannot be used rejects with QueueError.
 */
export interface WorkerPool {
  /** Attempts that the connected workers make at once; 0 without a worker. */
  readonly concurrency: number;
  readonly limits: SharedLimits;
  /** The bare model: each call is one attempt. */
  model(spec: ModelSpec, services: Pick<ModelServices, "adaptations" | "warn">): LanguageModel;
  /** `model` is the model that the application is given. */
  agent(run: AgentRunSpec, model: ModelSpec): Promise<AgentAttempt>;
  /** Receives notes about the queue from now on. */
  listen(listener: (event: RunnerEvent) => void): void;
  /** Removes everything that this session left in the queue. */
  close(): Promise<void>;
}
