import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { Generation, GenerationRequest, PromptModel } from "../../contracts/prompt-model.ts";
import { ModelError } from "../../core/errors.ts";
import type { JsonObject, JsonValue } from "../../core/json.ts";
import { abortedError } from "../aborted.ts";
import { type Clock, systemClock } from "../clock.ts";
import { askAgain } from "./ask-again.ts";
import { faultInAnswer } from "./fault-in-answer.ts";
import { gatherChunks } from "./gather-chunks.ts";
import { generationBody } from "./generation-body.ts";
import { type ReadBody, readAnswerBody } from "./read-answer-body.ts";
import type { GenerationPath, Transport } from "./transport.ts";
import { watchSilence } from "./watch-silence.ts";

export interface TransportModelOptions {
  readonly spec: ModelSpec;
  /** For messages. */
  readonly who: string;
  readonly transport: Transport;
  /** Hides secrets in a text that came from the provider. */
  readonly mask?: (text: string) => string;
  readonly clock?: Clock;
}

/**
 * A prompt model over whatever brings bodies there and answers back. It asks again as the spec says, but never
 * once an answer has begun.
 */
export function createTransportModel(options: TransportModelOptions): PromptModel {
  const { spec, who, transport, mask = (text) => text, clock = systemClock } = options;
  async function* generate(request: GenerationRequest): AsyncGenerator<string, Generation, void> {
    const { path, body } = generationBody(spec.name, request);
    const closed = await transport.open().then(() => undefined, modelError);
    if (closed !== undefined)
      return { text: null, message: null, error: closed, latencyMs: 0, request: body };
    const startedAt = performance.now();
    const silence = watchSilence(spec.timeoutMs, request.signal);
    const { signal } = silence;
    const onPause = (isOver: boolean) => (isOver ? silence.heard() : silence.rest());
    const again = <Result>(task: () => Promise<Result>) => askAgain({ spec, clock, signal, onPause }, task);
    try {
      const question = { path, body, who, transport, again };
      const read = request.isStreamed ? yield* streamed(question, silence) : yield* whole(question, signal);
      const error = read.error?.kind === "aborted" ? (silence.timedOut() ?? read.error) : read.error;
      const latencyMs = performance.now() - startedAt;
      return { ...(error === undefined ? read : failed(read, error, mask)), latencyMs, request: body };
    } finally {
      silence.end();
    }
  }
  return Object.freeze({ provider: spec.provider, modelId: spec.name, generate });
}

interface Question {
  readonly path: GenerationPath;
  readonly body: JsonObject;
  readonly who: string;
  readonly transport: Transport;
  readonly again: <Result>(task: () => Promise<Result>) => Promise<Result>;
}

async function* whole(question: Question, signal: AbortSignal): AsyncGenerator<string, ReadBody, void> {
  const { path, body, who, transport, again } = question;
  let last: ReadBody | undefined;
  try {
    const read = await again(async () => {
      last = readWhole(await transport.whole(path, body, signal), who);
      if (last.error?.isRetryable === true) throw last.error;
      return last;
    });
    if (read.text !== null && read.text !== "") yield read.text;
    return read;
  } catch (thrown) {
    const error = modelError(thrown);
    return last?.error === error ? last : { text: null, message: null, error };
  }
}

/** A body with an error in place of an answer is a fault of the provider, as a 5xx is. */
function readWhole(body: unknown, who: string): ReadBody {
  const error = faultInAnswer(body, who);
  if (error === undefined) return readAnswerBody(body, who);
  return { text: null, message: null, response: body as JsonValue, error };
}

async function* streamed(
  { path, body, who, transport, again }: Question,
  silence: ReturnType<typeof watchSilence>,
): AsyncGenerator<string, ReadBody, void> {
  const gathering = gatherChunks(path === "/completions" ? "text" : "chat");
  let failure: ModelError | undefined;
  try {
    for await (const chunk of await again(() => transport.stream(path, body, silence.signal))) {
      silence.heard();
      const text = gathering.add(chunk);
      if (text === "") continue;
      silence.rest();
      yield text;
      silence.heard();
    }
    if (silence.signal.aborted) failure = abortedError();
    else if (!gathering.isEnded) failure = cutOff(who, gathering.body() === undefined);
  } catch (error) {
    failure = modelError(error);
  }
  if (failure?.kind === "aborted" && gathering.hasText) failure = stopped();
  const whole = gathering.body();
  const read = whole === undefined ? { text: null, message: null } : readAnswerBody(whole, who);
  failure ??= whole === undefined ? undefined : faultInAnswer(whole, who);
  return failure === undefined ? read : { ...read, error: failure };
}

function cutOff(who: string, isEmpty: boolean): ModelError {
  const message = isEmpty
    ? `${who} answered with an empty stream`
    : `${who} ended its stream before the answer was complete`;
  return new ModelError(message, { kind: "connection" });
}

function stopped(): ModelError {
  return new ModelError("the call was stopped before its answer was complete", { kind: "aborted" });
}

/** Transports reject with ModelError only; anything else is a bug, and must not be lost. */
function modelError(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ModelError(`the model call failed: ${reason}`, { kind: "bad_request", cause: error });
}

/** A provider may quote the key it was given, in its message and in its body. */
function failed(read: ReadBody, error: ModelError, mask: (text: string) => string): ReadBody {
  const { response } = read;
  if (response === undefined) return { ...read, error: masked(error, mask) };
  return {
    ...read,
    response: JSON.parse(mask(JSON.stringify(response))) as JsonValue,
    error: masked(error, mask),
  };
}

function masked(error: ModelError, mask: (text: string) => string): ModelError {
  const message = mask(error.message);
  if (message === error.message) return error;
  const { kind, status, retryAfterMs, usage, systemCode, hint } = error;
  return new ModelError(message, { kind, status, retryAfterMs, usage, systemCode, hint });
}
