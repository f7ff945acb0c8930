import { isJsonObject, type JsonObject, type JsonValue } from "../data/json.ts";
import { type AnswerFault, faultOf } from "./answer-fault.ts";
import { openChoice } from "./gather-choice.ts";

/** Assembles the chunks of a streamed answer into the body of a whole answer. */
interface Gathering {
  /**
   * Adds a chunk without changing or keeping it. Returns the text of its first choice, which may be empty.
   * Never throws.
   */
  add(chunk: unknown): string;
  /** Whether every started choice has a finish reason. A stream that stops without one was cut. */
  readonly isEnded: boolean;
  /** Whether any choice started. */
  readonly hasChoice: boolean;
  /** Whether any text arrived. */
  readonly hasText: boolean;
  /** An error sent instead of a chunk. */
  readonly fault: AnswerFault | undefined;
  /** Undefined if no chunk arrived. */
  body(): JsonObject | undefined;
}

const objects = { chat: "chat.completion", completion: "text_completion" } as const;

export function gatherChunks(endpoint: "chat" | "completion"): Gathering {
  const head = new Map<string, JsonValue>();
  const choices = new Map<number, ReturnType<typeof openChoice>>();
  let hasChunk = false;
  let hasText = false;
  let fault: AnswerFault | undefined;

  function addChoice(part: JsonObject): string {
    const index = typeof part["index"] === "number" ? part["index"] : 0;
    const choice = choices.get(index) ?? openChoice(endpoint);
    choices.set(index, choice);
    const text = choice.add(part);
    return index === 0 ? text : "";
  }

  return {
    add(chunk) {
      if (!isJsonObject(chunk)) return "";
      hasChunk = true;
      fault ??= faultOf(chunk["error"]);
      for (const [key, value] of Object.entries(chunk)) {
        if (key !== "choices" && key !== "object" && value !== undefined && value !== null) {
          head.set(key, structuredClone(value));
        }
      }
      const parts = Array.isArray(chunk["choices"]) ? chunk["choices"].filter(isJsonObject) : [];
      for (const part of parts) fault ??= faultOf(part["error"]);
      const text = parts.map(addChoice).join("");
      hasText ||= text !== "";
      return text;
    },
    get isEnded() {
      return choices.size > 0 && [...choices.values()].every((choice) => choice.isEnded);
    },
    get hasChoice() {
      return choices.size > 0;
    },
    get hasText() {
      return hasText;
    },
    get fault() {
      return fault;
    },
    body() {
      if (!hasChunk) return undefined;
      const all = [...choices.entries()].sort(([one], [other]) => one - other);
      return {
        ...Object.fromEntries(head),
        object: objects[endpoint],
        choices: all.map(([index, choice]) => ({ index, ...choice.value() })),
      };
    },
  };
}
