import type { AnswerFault } from "../../core/answer/answer-fault.ts";
import { gatherChunks } from "../../core/answer/gather-chunks.ts";
import type { JsonObject } from "../../core/data/json.ts";
import type { TracedEndpoint } from "./openai-endpoint.ts";
import { gatherResponse } from "./stream-response.ts";

/** Puts the chunks of a stream together to the body the answer would have had in one piece. */
export interface StreamAnswer {
  /** Never throws and never keeps the chunk itself: it is the caller's, who may change it. */
  add(chunk: unknown): void;
  /** All that came so far; undefined when nothing did. */
  body(): JsonObject | undefined;
  /** Is the answer at its end, though more may follow it (usage, the end mark)? */
  isWhole(): boolean;
  /** An error that came in the midst. */
  fault(): AnswerFault | undefined;
}

/** Why a stream that ended of itself holds no whole answer. */
export const endedEarly = "the stream ended without a finish reason and without [DONE]";

export function gatherStream(endpoint: TracedEndpoint): StreamAnswer {
  if (endpoint === "responses") return gatherResponse();
  const gathered = gatherChunks(endpoint);
  return {
    add: (chunk) => void gathered.add(chunk),
    body: () => gathered.body(),
    isWhole: () => gathered.isEnded,
    fault: () => gathered.fault,
  };
}
