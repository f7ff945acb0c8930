import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { OpenAIEndpoint } from "./openai-endpoint.ts";
import { openChoice } from "./stream-choice.ts";
import { gatherResponse } from "./stream-response.ts";

/** Puts the chunks of a stream together to the body the answer would have had in one piece. */
export interface StreamAnswer {
  /** Never throws and never keeps the chunk itself: it is the caller's, who may change it. */
  add(chunk: unknown): void;
  /** All that came so far; undefined when nothing did. */
  body(): JsonObject | undefined;
  /** Is the answer at its end, though more may follow it (usage, the end mark)? */
  isWhole(): boolean;
}

export function gatherStream(endpoint: OpenAIEndpoint): StreamAnswer {
  return endpoint === "responses" ? gatherResponse() : gatherChunks(endpoint);
}

const objects = { chat: "chat.completion", completion: "text_completion" } as const;

function gatherChunks(endpoint: "chat" | "completion"): StreamAnswer {
  const head: Record<string, JsonValue> = {};
  const choices = new Map<number, ReturnType<typeof openChoice>>();
  let hasChunk = false;
  return {
    add(chunk) {
      if (!isJsonObject(chunk)) return;
      hasChunk = true;
      for (const key of Object.keys(chunk)) {
        const value = chunk[key];
        if (key !== "choices" && key !== "object" && value !== undefined && value !== null) {
          head[key] = isJsonObject(value) ? structuredClone(value) : value;
        }
      }
      const parts = chunk["choices"];
      if (!Array.isArray(parts)) return;
      for (const part of parts) {
        if (!isJsonObject(part)) continue;
        const index = typeof part["index"] === "number" ? part["index"] : 0;
        const choice = choices.get(index) ?? openChoice(endpoint);
        choices.set(index, choice);
        choice.add(part);
      }
    },
    isWhole: () => choices.size > 0 && [...choices.values()].every((choice) => choice.isWhole()),
    body() {
      if (!hasChunk) return undefined;
      const all = [...choices.entries()].sort(([one], [other]) => one - other);
      return {
        ...head,
        object: objects[endpoint],
        choices: all.map(([index, choice]) => ({ index, ...choice.value() })),
      };
    },
  };
}
