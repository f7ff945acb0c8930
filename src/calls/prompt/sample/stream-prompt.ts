import type { PromptCallServices } from "../call-services.ts";
import { prepareCall } from "../prepare-call.ts";
import type { PromptCallDelta, PromptCallRequest, PromptCallStream } from "../prompt-call.ts";
import { responseOf, runSample, type SampleEnd } from "./run-sample.ts";

/**
 * Same as `callPrompt`, with the answers in pieces. Resolves once the model is called; problems with the request
 * reject here. A model's error is the last piece of its sample, not an exception.
 */
export async function streamPrompt(
  services: PromptCallServices,
  request: PromptCallRequest,
): Promise<PromptCallStream> {
  const call = await prepareCall(services, request);
  const controller = new AbortController();
  const pieces = interleave(
    call.logIds.map((_, index) => runSample(call, index, { isStreamed: true, signal: controller.signal })),
    () => controller.abort(),
  );
  const { signal } = request;
  signal?.addEventListener("abort", pieces.giveUp, { once: true });
  if (signal?.aborted === true) pieces.giveUp();
  const ends = pieces.ends.finally(() => signal?.removeEventListener("abort", pieces.giveUp));
  const response = ends.then((all) => responseOf(call, all));
  const opened = openedBy(pieces.first);
  // The caller may ignore either promise; errors are in the pieces too.
  for (const promise of [response, opened]) promise.catch(() => {});
  return Object.freeze({
    version: call.version,
    notes: call.notes,
    opened,
    response,
    [Symbol.asyncIterator]: () => pieces.merged,
  });
}

/** Settles with the first text of any sample or the last failure. */
async function openedBy(
  first: readonly Promise<IteratorResult<PromptCallDelta, SampleEnd>>[],
): Promise<void> {
  const answers = first.map(async (piece) => {
    const { value } = await piece;
    if (value.error !== undefined) throw value.error;
  });
  await Promise.any(answers).catch(({ errors: [error] }: AggregateError) => {
    throw error;
  });
}

/** Several generators merged into one, and the result of each. */
export interface Interleaved<Piece, End> {
  /** Pieces in the order they become ready. Leaving the loop early calls `giveUp`. */
  readonly merged: AsyncGenerator<Piece, void, void>;
  /** The first piece of each generator. */
  readonly first: readonly Promise<IteratorResult<Piece, End>>[];
  /** Resolves when all generators have ended. */
  readonly ends: Promise<readonly End[]>;
  /** Calls `stop` and lets the generators run to their end without a reader. */
  giveUp(): void;
}

interface Ready<Piece, End> {
  readonly at: number;
  readonly result: IteratorResult<Piece, End>;
  isTaken: boolean;
}

/**
 * Reads generators that never throw in parallel. Each is read only one piece ahead, so a slow reader slows down
 * the sources and nothing piles up. `stop` must make the generators end.
 */
export function interleave<Piece, End>(
  sources: readonly AsyncGenerator<Piece, End, void>[],
  stop: () => void,
): Interleaved<Piece, End> {
  const queue: Ready<Piece, End>[] = [];
  const ends: End[] = [];
  let open = sources.length;
  let isGivenUp = false;
  let wake = () => {};
  let finish: (ends: readonly End[]) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const finished = new Promise<readonly End[]>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });

  function ask(at: number): Promise<IteratorResult<Piece, End>> {
    const asked = (sources[at] as AsyncGenerator<Piece, End, void>).next();
    asked.then((result) => {
      const ready = { at, result, isTaken: false };
      queue.push(ready);
      if (isGivenUp) goOn(ready);
      wake();
    }, fail);
    return asked;
  }

  /** Requests a source's next piece, or records its end. */
  function goOn(ready: Ready<Piece, End>): void {
    if (ready.isTaken) return;
    ready.isTaken = true;
    if (ready.result.done !== true) {
      ask(ready.at);
      return;
    }
    ends[ready.at] = ready.result.value;
    open -= 1;
    if (open === 0) finish(ends);
  }

  async function* read(): AsyncGenerator<Piece, void, void> {
    try {
      while (open > 0 || queue.length > 0) {
        const ready = queue.shift();
        if (ready === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        goOn(ready);
        if (ready.result.done !== true) yield ready.result.value;
      }
    } finally {
      if (open > 0) giveUp();
    }
  }

  function giveUp(): void {
    isGivenUp = true;
    stop();
    for (const ready of [...queue]) goOn(ready);
  }

  return { first: sources.map((_, at) => ask(at)), merged: read(), ends: finished, giveUp };
}
