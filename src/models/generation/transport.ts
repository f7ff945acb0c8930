import type { JsonObject } from "../../core/data/json.ts";

/** Sends request bodies to a provider and returns the answers. All methods reject only with ModelError. */
export interface Transport {
  /** Loads what the first call needs and checks for a key. */
  open(): Promise<void>;
  /** Returns the whole answer as the provider sent it. */
  whole(
    path: GenerationPath,
    body: JsonObject,
    signal: AbortSignal,
    silence?: SilenceNotes,
  ): Promise<unknown>;
  /**
   * Yields the chunks of a streamed answer without the end marker, for which it calls `onEndMark`. A non-streamed
   * response (a web page, a whole answer) is one chunk.
   */
  stream(
    path: GenerationPath,
    body: JsonObject,
    signal: AbortSignal,
    onEndMark: () => void,
    silence?: SilenceNotes,
  ): Promise<AsyncIterable<unknown>>;
}

/** Reports activity, and pauses before retries, which do not count as silence. */
export interface SilenceNotes {
  rest(): void;
  active(): void;
}

export type GenerationPath = "/chat/completions" | "/completions";
