import type { JsonObject } from "../core/data/json.ts";
import type { ModelParameters } from "../core/prompt/prompt.ts";
import type { Secret } from "../core/text/secret.ts";
import type { Price } from "../core/usage.ts";

/** Offline provider only. */
export interface Simulation {
  readonly latencyMs: number;
  /** Share of calls answered by a fault, 0 … 1. */
  readonly faultRate: number;
  readonly seed: number;
}

/** A limit on the length of answers that the tool sets, so that a cap on tokens or dollars has a bound. */
export interface OutputLimit {
  /** Output tokens that a request carries. */
  readonly tokens: number;
  /** The one larger limit under which an answer that was cut off is asked for again. */
  readonly enlarged: number;
  /** What asks for it, for messages: `budget.usd of triage`, `--max-cost`. */
  readonly setBy: string;
  /** `plan`: it decides the answer, and is part of its address. `flag`: it is not, and an answer cut off by it is not kept. */
  readonly origin: "plan" | "flag";
}

/** Everything needed to build a model but its key. Plain JSON: part of a plan. */
export interface ModelSpec {
  /** Key in the config, for example `gpt_4o_mini`. */
  readonly key: string;
  /** Model id sent to the endpoint. */
  readonly name: string;
  /** `openai` | `azure` | `databricks` | `ollama` | `offline` | absolute path of a module. */
  readonly provider: string;
  readonly baseUrl?: string;
  readonly parameters: ModelParameters;
  readonly price?: Price;
  readonly limits: {
    readonly concurrency?: number;
    readonly requestsPerMinute?: number;
    readonly tokensPerMinute?: number;
  };
  readonly timeoutMs: number;
  /** For a long answer, such as a reflection's; given only where the user set no time. */
  readonly longTimeoutMs?: number;
  /** Further attempts after one that brought no answer. */
  readonly retries: number;
  /** Keys of the models asked in turn when this one fails for good. */
  readonly fallbacks: readonly string[];
  /** Thinking is taken off the answers (`strip`, the default), or kept in their text. */
  readonly reasoning?: "strip" | "keep";
  /** How long a rate limit is waited for without a success between, in milliseconds; default 300,000. */
  readonly rateLimitPatienceMs?: number;
  /** Set where a budget or flag caps tokens or dollars and the user gave no `max_tokens`. */
  readonly outputLimit?: OutputLimit;
  readonly simulate?: Simulation;
  /** Options for a provider module: any further keys of the model's `other.provider_options`. */
  readonly providerOptions?: JsonObject;
}

/** What a model needs and no record may hold. */
export interface ModelSecrets {
  readonly apiKey?: Secret;
  readonly headers: Readonly<Record<string, Secret>>;
}
