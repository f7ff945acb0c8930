import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { Generation, GenerationRequest, PromptModel } from "../../contracts/prompt-model.ts";
import { gatherChunks } from "../../core/answer/gather-chunks.ts";
import type { JsonObject } from "../../core/data/json.ts";
import { ModelError } from "../../core/errors.ts";
import { abortedError } from "../clock.ts";
import { type AnswerFromBody, generationBody, readAnswerBody } from "./generation-body.ts";
import type { GenerationPath, Transport } from "./transport.ts";
import { type SilenceWatch, watchSilence } from "./watch-silence.ts";

/** Creates a prompt model on top of a transport. `who` names the model in error messages. */
export function createTransportModel(spec: ModelSpec, who: string, transport: Transport): PromptModel {
  async function* generate(request: GenerationRequest): AsyncGenerator<string, Generation, void> {
    const { path, body } = generationBody(spec, request);
    const closed = await transport.open().then(() => undefined, modelError);
    if (closed !== undefined)
      return { text: null, message: null, error: closed, latencyMs: 0, request: body };
    const startedAt = performance.now();
    const keepsReasoning = spec.reasoning === "keep";
    const silence = watchSilence(spec.timeoutMs, request.signal);
    try {
      const read = request.isStreamed
        ? yield* streamed({ path, body, who, transport, keepsReasoning }, silence)
        : yield* whole({ path, body, who, transport, keepsReasoning }, silence);
      const error = read.error?.kind === "aborted" ? (silence.timedOut() ?? read.error) : read.error;
      const latencyMs = performance.now() - startedAt;
      return { ...read, latencyMs, request: body, ...(error === undefined ? {} : { error }) };
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
  /** The model's `reasoning: keep` setting. */
  readonly keepsReasoning: boolean;
}

async function* whole(
  question: Question,
  silence: SilenceWatch,
): AsyncGenerator<string, AnswerFromBody, void> {
  const { path, body, who, transport, keepsReasoning } = question;
  try {
    const answer = await transport.whole(path, body, silence.signal, silence);
    const read = readAnswerBody(answer, who, keepsReasoning);
    if (read.text !== null && read.text !== "") yield read.text;
    return read;
  } catch (error) {
    return { text: null, message: null, error: modelError(error) };
  }
}

async function* streamed(
  { path, body, who, transport, keepsReasoning }: Question,
  silence: SilenceWatch,
): AsyncGenerator<string, AnswerFromBody, void> {
  const gathering = gatherChunks(path === "/completions" ? "completion" : "chat");
  let failure: ModelError | undefined;
  let hasEndMark = false;
  let page: string | undefined;
  const onEndMark = () => {
    hasEndMark = true;
  };
  try {
    for await (const chunk of await transport.stream(path, body, silence.signal, onEndMark, silence)) {
      silence.active();
      if (typeof chunk === "string") page = chunk;
      const text = gathering.add(chunk);
      if (text === "") continue;
      silence.rest();
      yield text;
      silence.active();
    }
    if (silence.signal.aborted) failure = abortedError();
  } catch (error) {
    failure = modelError(error);
  }
  if (failure?.kind === "aborted" && gathering.hasText) failure = stopped();
  const whole = gathering.body() ?? page;
  const read: AnswerFromBody =
    whole === undefined ? { text: null, message: null } : readAnswerBody(whole, who, keepsReasoning);
  const isCut = !gathering.isEnded && !(hasEndMark && gathering.hasChoice);
  const error = failure ?? read.error ?? (isCut ? cutOff(who, whole === undefined) : undefined);
  if (error === undefined) return read;
  // Output received before a failure is a partial answer without a kind.
  const { kind: _, ...part } = read;
  return { ...part, error };
}

function cutOff(who: string, isEmpty: boolean): ModelError {
  const message = isEmpty
    ? `${who} returned an empty stream`
    : `${who} ended the stream before the answer was complete`;
  return new ModelError(message, { kind: "connection" });
}

function stopped(): ModelError {
  return new ModelError("the call was stopped before its answer was complete", { kind: "aborted" });
}

/** Transports reject only with ModelError; wrap anything else so that the bug stays visible. */
function modelError(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ModelError(`the model call failed: ${reason}`, { kind: "bad_request", cause: error });
}
