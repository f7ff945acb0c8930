import type { ModelSecrets, ModelSpec } from "../../contracts/model-spec.ts";
import type { JsonObject } from "../../core/data/json.ts";
import type { ProviderQuirk } from "../../core/provider/provider.ts";
import type { GenerationPath } from "./transport.ts";

/** Options of one request over a connection. */
export interface SendOptions {
  readonly signal?: AbortSignal | undefined;
  /** Receives members of the body that the provider's client left out. */
  readonly onDropped?: (members: readonly string[]) => void;
}

/** A streamed answer as chunks of chat completions. */
export interface OpenStream {
  readonly chunks: AsyncIterable<unknown>;
  /** Whether the provider marked the end of the stream. */
  readonly hasEndMark: () => boolean;
}

/**
 * An open connection to one model. Bodies and answers have the form of chat completions, whatever the provider's own
 * form is. Rejects with the errors of its client: `translateError` reads them.
 */
export interface ChatConnection {
  whole(path: GenerationPath, body: JsonObject, options: SendOptions): Promise<unknown>;
  stream(path: GenerationPath, body: JsonObject, options: SendOptions): Promise<OpenStream>;
}

/** How one provider is reached. */
export interface ChatRoute {
  /** Absent if the provider has no fixed address and the config sets none. */
  readonly baseUrl: string | undefined;
  /** Environment variable that usually holds the key. Absent if the provider needs none. */
  readonly keyVariable?: string | undefined;
  readonly quirks: readonly ProviderQuirk[];
  /**
   * Loads what the first request needs. Rejects with ModelError `auth` or `unreachable` without a key or address, before
   * anything is sent.
   */
  connect(spec: ModelSpec, secrets: ModelSecrets): Promise<ChatConnection>;
}
