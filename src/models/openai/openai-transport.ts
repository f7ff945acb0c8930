import type { OpenAI } from "openai";
import type { Adaptation, AdaptationLog } from "../../contracts/language-model.ts";
import type { ModelSecrets, ModelSpec } from "../../contracts/model-spec.ts";
import { unwrapBody } from "../../core/answer/answer-fault.ts";
import { watchEndMark } from "../../core/answer/watch-end-mark.ts";
import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import { ModelError } from "../../core/errors.ts";
import type { Fetch } from "../../network/open-fetch.ts";
import { abortedError, type Clock, systemClock, throwIfAborted } from "../clock.ts";
import type { GenerationPath, SilenceNotes, Transport } from "../generation/transport.ts";
import { withRetries } from "../retries.ts";
import { secretMask, shownUrl } from "../secret-mask.ts";
import { adaptationNotice, createAdaptationLog } from "./adaptation-log.ts";
import { bodyFault } from "./errors/body-fault.ts";
import type { ErrorContext } from "./errors/network-errors.ts";
import { translateError } from "./errors/openai-errors.ts";
import { openClient } from "./openai-client.ts";
import { type OpenAIEndpoint, reachEndpoint } from "./openai-endpoint.ts";
import { sendAdapted } from "./send-adapted.ts";

export interface OpenAITransportOptions {
  readonly endpoint: OpenAIEndpoint;
  readonly spec: ModelSpec;
  readonly secrets: ModelSecrets;
  readonly fetchFor: (url: string) => Promise<Fetch>;
  /** If absent, what this transport learns about its model is not shared. */
  readonly adaptations?: AdaptationLog;
  readonly warn?: (message: string) => void;
  readonly clock?: Clock;
}

/** Longest wait for a rate limit. Short, because a person is waiting and can retry. */
const patienceMs = 20_000;

/**
 * Sends bodies through the `openai` package. Retries temporary errors (`retries` of the spec), waits up to 20 s
 * for a rate limit and omits rejected parameters, but never after an answer has started.
 */
export function createOpenAITransport(options: OpenAITransportOptions): Transport {
  const { endpoint, spec, secrets, fetchFor, adaptations = createAdaptationLog() } = options;
  const { warn = () => {}, clock = systemClock } = options;
  const context: ErrorContext = {
    spec,
    who: shownEndpoint(spec, endpoint),
    keyVariable: endpoint.keyVariable,
    mask: secretMask(secrets, endpoint.baseUrl),
  };
  let client: ReturnType<typeof openClient> | undefined;
  const open = () =>
    (client ??= openClient(endpoint, reachEndpoint(endpoint, spec, secrets), secrets, fetchFor));

  async function post(
    path: GenerationPath,
    body: JsonObject,
    signal: AbortSignal,
    stream: boolean,
    silence: SilenceNotes | undefined,
  ) {
    const opened = await open();
    const send = async (adapted: JsonObject) => {
      throwIfAborted(signal);
      const sent = opened.post<unknown>(path, { body: adapted, signal, stream });
      return stream ? openStream(await sent.asResponse(), opened) : wholeAnswer(await sent);
    };
    const onLearned = (adaptation: Adaptation): void => warn(adaptationNotice(adaptation, spec));
    const sending = { body, modelKey: spec.key, log: adaptations, onLearned };
    const { answer } = await withRetries(
      {
        ...{ retries: spec.retries, clock, random: Math.random },
        patienceMs: Math.min(patienceMs, spec.rateLimitPatienceMs ?? patienceMs),
        onPause: () => silence?.rest(),
      },
      signal,
      () => {
        silence?.active();
        return guarded(signal, () => sendAdapted(sending, send));
      },
    );
    return answer;
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
    whole: (path, body, signal, silence) => post(path, body, signal, false, silence),
    async stream(path, body, signal, onEndMark, silence) {
      const { chunks, hasEndMark } = (await post(path, body, signal, true, silence)) as OpenStream;
      return guardedChunks(chunks, signal, () => {
        if (hasEndMark()) onEndMark();
      });
    },
  };
}

function wholeAnswer(answer: unknown): unknown {
  const fault = bodyFault(answer);
  if (fault !== undefined) throw fault;
  return answer;
}

interface OpenStream {
  readonly chunks: AsyncIterable<unknown>;
  readonly hasEndMark: () => boolean;
}

async function openStream(sent: Response, client: OpenAI): Promise<OpenStream> {
  const { response, hasEndMark } = watchEndMark(sent);
  const type = response.headers.get("content-type") ?? "";
  if (/json|html/i.test(type)) return { chunks: oneChunk(await response.text()), hasEndMark: () => true };
  const { Stream } = await import("openai/streaming");
  return { chunks: Stream.fromSSEResponse(response, new AbortController(), client), hasEndMark };
}

/** The body of a server that does not stream: its answer or a web page. */
async function* oneChunk(text: string): AsyncGenerator<unknown> {
  yield unwrapBody(text);
}

/** Name for messages, for example `gpt-4o-mini at https://api.openai.com/v1`. */
export function shownEndpoint({ name }: ModelSpec, { baseUrl }: OpenAIEndpoint): string {
  return baseUrl === undefined ? name : `${name} at ${shownUrl(baseUrl)}`;
}

/** An error in the middle of a stream: it has a body but no status. */
function brokenOff(error: unknown, { who, mask }: ErrorContext): ModelError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { status, error: body } = error as { readonly status?: unknown; readonly error?: unknown };
  if (status !== undefined || body === undefined || body === null) return undefined;
  const { message, code, type }: JsonObject = isJsonObject(body) ? body : { message: String(body) };
  const reason = typeof message === "string" && message !== "" ? message : JSON.stringify(body);
  const providerCode = [code, type].find((one) => typeof one === "string" || typeof one === "number");
  return new ModelError(`${who} ended its answer with an error: ${mask(reason)}`, {
    kind: "server",
    providerCode: providerCode === undefined ? undefined : String(providerCode),
  });
}
