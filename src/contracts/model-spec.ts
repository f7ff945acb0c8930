import type { JsonObject } from "../core/data/json.ts";
import type { ModelParameters } from "../core/prompt/prompt.ts";
import type { Secret } from "../core/text/secret.ts";
import type { Price } from "../core/usage.ts";

/** Offline provider only. */
export interface Simulation {
  readonly latencyMs: number;
  /** Share of calls that fail, 0 … 1. */
  readonly faultRate: number;
  readonly seed: number;
}

/** A limit on answer length that the tool sets to keep a cap on tokens or dollars. */
export interface OutputLimit {
  /** Output tokens of a request. */
  readonly tokens: number;
  /** The larger limit under which a cut-off answer is requested again, once. */
  readonly enlarged: number;
  /** What requires the limit, for messages: `budget.usd of triage`, `--max-cost`. */
  readonly setBy: string;
  /** `plan`: part of the answer's address. `flag`: not part of it; answers that it cuts off are not kept. */
  readonly origin: "plan" | "flag";
}

/** Everything needed to build a model except its API key. Plain JSON, part of a plan. */
export interface ModelSpec {
  /** Key in the config, for example `gpt_4o_mini`. */
  readonly key: string;
  /** Model id sent to the endpoint. */
  readonly name: string;
  /** A name in `core/provider`, `offline`, or the absolute path of a module. */
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
  /** For long answers, such as a reflection's; set only if the user set no time limit. */
  readonly longTimeoutMs?: number;
  /** Attempts after the first one without an answer. */
  readonly retries: number;
  /** Keys of the models to try in turn if this one fails permanently. */
  readonly fallbacks: readonly string[];
  /** Whether to remove the reasoning from answers (`strip`, the default) or leave it in their text (`keep`). */
  readonly reasoning?: "strip" | "keep";
  /** Longest wait for a rate limit without a success, in milliseconds; default 300,000. */
  readonly rateLimitPatienceMs?: number;
  /** Set if a budget or flag caps tokens or dollars and the user gave no `max_tokens`. */
  readonly outputLimit?: OutputLimit;
  readonly simulate?: Simulation;
  /** Options for a provider module: all other keys of the model's `other.provider_options`. */
  readonly providerOptions?: JsonObject;
}

/** The secrets of a model, which no record may contain. */
export interface ModelSecrets {
  readonly apiKey?: Secret;
  /** Databricks: signs in by OAuth in place of a key. */
  readonly servicePrincipal?: {
    /** URL of the workspace; default: that of the model. */
    readonly workspace?: string;
    readonly clientId: string;
    readonly clientSecret: Secret;
  };
  /** Azure: a token of Entra ID in place of a key. */
  readonly entraToken?: Secret;
  readonly headers: Readonly<Record<string, Secret>>;
  /** Other secret settings of a native provider's package, by its own names: AWS keys. */
  readonly settings?: Readonly<Record<string, Secret>>;
}
