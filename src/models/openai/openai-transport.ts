import type { ModelSecrets, ModelSpec } from "../../contracts/model-spec.ts";
import { ModelError } from "../../core/errors.ts";
import { isJsonObject, type JsonObject } from "../../core/json.ts";
import { abortedError, throwIfAborted } from "../aborted.ts";
import type { GenerationPath, Transport } from "../generation/transport.ts";
import type { Fetch } from "../open-fetch.ts";
import { secretMask } from "../secret-mask.ts";
import { shownUrl } from "../shown-url.ts";
import type { ErrorContext } from "./error-context.ts";
import { openClient } from "./openai-client.ts";
import { type OpenAIEndpoint, reachEndpoint } from "./openai-endpoint.ts";
import { translateError } from "./openai-errors.ts";

export interface OpenAITransportOptions {
  readonly endpoint: OpenAIEndpoint;
  readonly spec: ModelSpec;
  readonly secrets: ModelSecrets;
  readonly fetchFor: (url: string) => Promise<Fetch>;
}

/**
 * Bodies through the `openai` package. Each is sent once: whoever asks decides about further attempts.
 */
export function createOpenAITransport(options: OpenAITransportOptions): Transport {
  const { endpoint, spec, secrets, fetchFor } = options;
  const context: ErrorContext = {
    spec,
    who: shownEndpoint(spec, endpoint),
    keyVariable: endpoint.keyVariable,
    mask: secretMask(secrets, endpoint.baseUrl),
  };
  let client: ReturnType<typeof openClient> | undefined;
  const open = () =>
    (client ??= openClient(endpoint, reachEndpoint(endpoint, spec, secrets), secrets, fetchFor));

  async function post(path: GenerationPath, body: JsonObject, signal: AbortSignal, stream: boolean) {
    throwIfAborted(signal);
    const opened = await open();
    return opened.post<unknown>(path, { body, signal, stream, maxRetries: 0 });
  }

  async function guarded<Result>(signal: AbortSignal, task: () => Promise<Result>): Promise<Result> {
    try {
      return await task();
    } catch (error) {
      throw signal.aborted ? abortedError() : (brokenOff(error, context) ?? translateError(error, context));
    }
  }

  async function* guardedChunks(chunks: AsyncIterable<unknown>, signal: AbortSignal) {
    const iterator = chunks[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, value } = await guarded(signal, () => iterator.next());
        if (done === true) return;
        yield value;
      }
    } finally {
      await iterator.return?.();
    }
  }

  return {
    async open() {
      await open();
    },
    whole: (path, body, signal) => guarded(signal, () => post(path, body, signal, false)),
    async stream(path, body, signal) {
      const chunks = await guarded(signal, () => post(path, body, signal, true));
      return guardedChunks(chunks as AsyncIterable<unknown>, signal);
    },
  };
}

/** For messages: `gpt-4o-mini at https://api.openai.com/v1`. */
export function shownEndpoint({ name }: ModelSpec, { baseUrl }: OpenAIEndpoint): string {
  return baseUrl === undefined ? name : `${name} at ${shownUrl(baseUrl)}`;
}

/** An error told in the middle of a stream: it has a body like any other, and no status. */
function brokenOff(error: unknown, { who, mask }: ErrorContext): ModelError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { status, error: body } = error as { readonly status?: unknown; readonly error?: unknown };
  if (status !== undefined || body === undefined || body === null) return undefined;
  const message = isJsonObject(body) ? body["message"] : body;
  const said = typeof message === "string" && message !== "" ? message : JSON.stringify(body);
  return new ModelError(`${who} broke off its answer: ${mask(said)}`, { kind: "server" });
}
