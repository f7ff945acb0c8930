import type { PromptCallServices } from "../call-services.ts";
import { prepareCall } from "../prepare-call.ts";
import type { PromptCallDelta, PromptCallRequest, PromptCallStream } from "../prompt-call.ts";
import { responseOf, runSample, type SampleEnd } from "./run-sample.ts";

/**
 * As `callPrompt`, with the answers piece by piece. Resolves when the model is being asked; what is wrong with
 * the request itself rejects here. A model's error is the last piece of its sample, not an exception.
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
  // Either may be of no interest to the caller; what is wrong is in the pieces too.
  for (const promise of [response, opened]) promise.catch(() => {});
  return Object.freeze({
    version: call.version,
    notes: call.notes,
    opened,
    response,
    [Symbol.asyncIterator]: () => pieces.merged,
  });
}

/** Settled by the first text of any sample, or by the last one's failure. */
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

/** Several generators as one, and how each of them ended. */
export interface Interleaved<Piece, End> {
  /** Pieces in the order in which they are ready. Leaving the loop early gives up. */
  readonly merged: AsyncGenerator<Piece, void, void>;
  /** The first of each. */
  readonly first: readonly Promise<IteratorResult<Piece, End>>[];
  /** Resolves when all are at their end. */
  readonly ends: Promise<readonly End[]>;
  /** Calls `stop` and has the generators run to their end, read or not. */
  giveUp(): void;
}

interface Ready<Piece, End> {
  readonly at: number;
  readonly result: IteratorResult<Piece, End>;
  isTaken: boolean;
}

/**
 * Reads generators that never throw side by side. Each is asked for one piece ahead and no more, so a slow reader
 * slows the sources down and nothing piles up. `stop` must make the generators end.
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

  /** Asks the source of a piece for its next one, or notes its end. */
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
