import type { OpenAI } from "openai";
import type { Stream } from "openai/streaming";
import { isJsonObject } from "../../core/data/json.ts";
import { endedEarly, gatherStream } from "../../traces/openai/stream-answer.ts";
import type { RecordedCall } from "./recorded-call.ts";

type StreamClass = new (
  iterator: () => AsyncIterator<unknown>,
  controller: AbortController,
  client?: OpenAI,
) => Stream<unknown>;

export function isSdkStream(value: unknown): value is Stream<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    Symbol.asyncIterator in value &&
    "controller" in value &&
    "tee" in value
  );
}

/**
 * A stream of the same class over the same chunks. Chunks are passed on at once; the event is recorded at the
 * end.
 */
export function recordStream(
  stream: Stream<unknown>,
  call: RecordedCall,
  client: OpenAI,
  hasEndMark: () => boolean,
): Stream<unknown> {
  const Same = stream.constructor as StreamClass;
  let isTaken = false;
  return new Same(
    () => {
      const chunks = stream[Symbol.asyncIterator]();
      // A second reader gets the SDK's own error, which does not concern the call.
      if (isTaken) return chunks;
      isTaken = true;
      return watchChunks(chunks, stream.controller, call, hasEndMark);
    },
    stream.controller,
    client,
  );
}

/** Same text as in the proxy. */
const leftEarly = "the caller went away before the answer was complete";

type Step = IteratorResult<unknown>;

function watchChunks(
  chunks: AsyncIterator<unknown>,
  { signal }: AbortController,
  call: RecordedCall,
  hasEndMark: () => boolean,
): AsyncIterableIterator<unknown> {
  const gathered = gatherStream(call.endpoint);
  const end = (error?: unknown): Promise<void> | undefined => {
    const body = gathered.body();
    const kept = call.ended({ answer: body === undefined ? undefined : JSON.stringify(body), error });
    return call.waitsForEvent ? kept : undefined;
  };
  const failed = (error: unknown): never => {
    void end(error);
    throw error;
  };
  const passed = (step: Step): Step | Promise<Step> => {
    if (step.done === true) {
      // An aborted stream ends as if it were complete.
      const isWhole = gathered.isWhole() || hasEndMark();
      const reason = signal.aborted ? "Request was aborted." : isWhole ? undefined : endedEarly;
      const kept = end(reason === undefined ? undefined : new Error(reason));
      return kept === undefined ? step : kept.then(() => step);
    }
    markChunk(step.value, call);
    gathered.add(step.value);
    return step;
  };
  return {
    // Not an async function, to add only one promise per chunk.
    next: () => chunks.next().then(passed, failed),
    async return(value?: unknown) {
      // A partial answer must not count as complete; a reader may leave before the events after a complete one.
      const ended = end(gathered.isWhole() ? undefined : new Error(leftEarly));
      const step = await chunks.return?.(value);
      await ended;
      return step ?? { done: true, value };
    },
    async throw(error?: unknown) {
      void end(error);
      if (chunks.throw === undefined) throw error;
      return chunks.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Events of the responses endpoint hold the whole response, which helpers return. */
function markChunk(chunk: unknown, { mark }: RecordedCall): void {
  mark(chunk);
  if (isJsonObject(chunk) && isJsonObject(chunk["response"])) mark(chunk["response"]);
}
