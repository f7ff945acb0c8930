import type { Adaptation, AdaptationLog } from "../../contracts/language-model.ts";
import type { ModelSecrets, ModelSpec } from "../../contracts/model-spec.ts";
import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import { ModelError } from "../../core/errors.ts";
import { abortedError, type Clock, systemClock, throwIfAborted } from "../clock.ts";
import type { ChatConnection, ChatRoute, OpenStream } from "../generation/chat-route.ts";
import type { GenerationPath, SilenceNotes, Transport } from "../generation/transport.ts";
import { withRetries } from "../retries.ts";
import { secretMask, shownUrl } from "../secret-mask.ts";
import { adaptationNotice, createAdaptationLog } from "./adaptation-log.ts";
import { createDroppedNotes } from "./dropped-notes.ts";
import { bodyFault } from "./errors/body-fault.ts";
import type { ErrorContext } from "./errors/network-errors.ts";
import { translateError } from "./errors/openai-errors.ts";
import { sendAdapted } from "./send-adapted.ts";

export interface RouteTransportOptions {
  readonly route: ChatRoute;
  readonly spec: ModelSpec;
  readonly secrets: ModelSecrets;
  /** If absent, adaptations of this transport are not shared. */
  readonly adaptations?: AdaptationLog;
  readonly warn?: (message: string) => void;
  readonly clock?: Clock;
}

/** Longest wait for a rate limit. Short, because a person is waiting and can retry. */
const patienceMs = 20_000;

/**
 * Sends bodies along a route. Retries temporary errors (`retries` of the spec), waits up to 20 s
 * for a rate limit and omits rejected parameters, but never after an answer has started.
 */
export function createRouteTransport(options: RouteTransportOptions): Transport {
  const { route, spec, secrets, adaptations = createAdaptationLog() } = options;
  const { warn = () => {}, clock = systemClock } = options;
  const context: ErrorContext = {
    spec,
    who: shownEndpoint(spec, route),
    keyVariable: route.keyVariable,
    mask: secretMask(secrets, route.baseUrl),
  };
  let connection: Promise<ChatConnection> | undefined;
  const open = () => (connection ??= route.connect(spec, secrets));

  async function post(
    path: GenerationPath,
    body: JsonObject,
    signal: AbortSignal,
    stream: boolean,
    silence: SilenceNotes | undefined,
  ) {
    const opened = await open();
    const onLearned = (adaptation: Adaptation): void => warn(adaptationNotice(adaptation, spec));
    const { onDropped } = createDroppedNotes({ modelKey: spec.key, log: adaptations, onLearned });
    const send = async (adapted: JsonObject) => {
      throwIfAborted(signal);
      return stream
        ? opened.stream(path, adapted, { signal, onDropped })
        : wholeAnswer(await opened.whole(path, adapted, { signal, onDropped }));
    };
    const sending = { body, modelKey: spec.key, quirks: route.quirks, log: adaptations, onLearned };
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

/** Name for messages, for example `gpt-4o-mini at https://api.openai.com/v1`. */
export function shownEndpoint({ name }: ModelSpec, { baseUrl }: Pick<ChatRoute, "baseUrl">): string {
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
