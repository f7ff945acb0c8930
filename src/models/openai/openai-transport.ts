import type { ModelSecrets, ModelSpec } from "../../contracts/model-spec.ts";
import { unwrapBody } from "../../core/answer/answer-fault.ts";
import { watchEndMark } from "../../core/answer/watch-end-mark.ts";
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
 * Bodies through the `openai` package, which asks again as it always does (`retries` of the spec, `Retry-After`
 * heeded), but never once an answer has begun.
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
    return { sent: opened.post<unknown>(path, { body, signal, stream, maxRetries: spec.retries }), opened };
  }

  async function openStream(
    path: GenerationPath,
    body: JsonObject,
    signal: AbortSignal,
  ): Promise<{ readonly chunks: AsyncIterable<unknown>; readonly hasEndMark: () => boolean }> {
    const { sent, opened } = await post(path, body, signal, true);
    const { response, hasEndMark } = watchEndMark(await sent.asResponse());
    const type = response.headers.get("content-type") ?? "";
    if (/json|html/i.test(type)) return { chunks: oneChunk(await response.text()), hasEndMark: () => true };
    const { Stream } = await import("openai/streaming");
    return { chunks: Stream.fromSSEResponse(response, new AbortController(), opened), hasEndMark };
  }

  async function guarded<Result>(signal: AbortSignal, task: () => Promise<Result>): Promise<Result> {
    try {
      return await task();
    } catch (error) {
      throw signal.aborted ? abortedError() : (brokenOff(error, context) ?? translateError(error, context));
    }
  }

  async function* guardedChunks(chunks: AsyncIterable<unknown>, signal: AbortSignal, onEnd: () => void) {
    const iterator = chunks[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, value } = await guarded(signal, () => iterator.next());
        if (done === true) return onEnd();
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
    whole: (path, body, signal) => guarded(signal, async () => (await post(path, body, signal, false)).sent),
    async stream(path, body, signal, onEndMark) {
      const { chunks, hasEndMark } = await guarded(signal, () => openStream(path, body, signal));
      return guardedChunks(chunks, signal, () => {
        if (hasEndMark()) onEndMark();
      });
    },
  };
}

/** What a server sent that does not stream: its answer, or a page. */
async function* oneChunk(text: string): AsyncGenerator<unknown> {
  yield unwrapBody(text);
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
  const { message, code, type }: JsonObject = isJsonObject(body) ? body : { message: String(body) };
  const said = typeof message === "string" && message !== "" ? message : JSON.stringify(body);
  const providerCode = [code, type].find((one) => typeof one === "string" || typeof one === "number");
  return new ModelError(`${who} broke off its answer: ${mask(said)}`, {
    kind: "server",
    providerCode: providerCode === undefined ? undefined : String(providerCode),
  });
}
