import type { JsonObject } from "../../core/data/json.ts";

/** How a body gets to a provider and the answer back. Everything rejects with ModelError only. */
export interface Transport {
  /** Gets ready to send: what the first call needs to load, and whether there is a key. */
  open(): Promise<void>;
  /** The answer in one piece, as the provider wrote it. */
  whole(
    path: GenerationPath,
    body: JsonObject,
    signal: AbortSignal,
    silence?: SilenceNotes,
  ): Promise<unknown>;
  /**
   * The chunks of a streamed answer, the end mark left out: it calls `onEndMark`. What came in place of a stream
   * (a page, an answer in one piece) is one chunk.
   */
  stream(
    path: GenerationPath,
    body: JsonObject,
    signal: AbortSignal,
    onEndMark: () => void,
    silence?: SilenceNotes,
  ): Promise<AsyncIterable<unknown>>;
}

/** Tells the watch over a call when a pause before a further attempt begins and ends: it is no silence. */
export interface SilenceNotes {
  rest(): void;
  heard(): void;
}

export type GenerationPath = "/chat/completions" | "/completions";
