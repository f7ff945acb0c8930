import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import { textOf } from "../openai/openai-answer.ts";
import { addCalls, type CallParts } from "./gather-tool-calls.ts";

/** Puts the chunks of a streamed answer together to the body that an answer in one piece would have. */
export interface Gathering {
  /** Takes a chunk; gives the text that came with it, which may be empty. */
  add(chunk: unknown): string;
  /** Has the answer been ended by the model? A stream that stops without was cut. */
  readonly isEnded: boolean;
  /** Has any text come? */
  readonly hasText: boolean;
  /** Undefined when no chunk came. */
  body(): JsonObject | undefined;
}

/** Only the first choice is looked at: a request asks for no more. */
export function gatherChunks(kind: "chat" | "text"): Gathering {
  let head: JsonObject | undefined;
  let usage: JsonObject | undefined;
  let finishReason: string | undefined;
  let text: string | undefined;
  let logprobs: Record<string, JsonValue | JsonValue[]> | null = null;
  const message: Record<string, JsonValue> = { role: "assistant", content: null, refusal: null };
  const calls: CallParts[] = [];
  let hasText = false;

  function addChoice(choice: JsonObject): string {
    if (typeof choice["finish_reason"] === "string") finishReason = choice["finish_reason"];
    if (isJsonObject(choice["logprobs"])) {
      logprobs ??= {};
      join(logprobs, choice["logprobs"]);
    }
    if (kind === "text") {
      const piece = textOf(choice["text"]) ?? "";
      text = `${text ?? ""}${piece}`;
      return piece;
    }
    const delta = isJsonObject(choice["delta"]) ? choice["delta"] : {};
    for (const [key, value] of Object.entries(delta)) {
      if (key === "tool_calls") addCalls(calls, value);
      else if (key === "role" || value === null) message[key] = value ?? message[key] ?? null;
      else message[key] = typeof value === "string" ? `${textOf(message[key]) ?? ""}${value}` : value;
    }
    return textOf(delta["content"]) || textOf(delta["refusal"]) || "";
  }

  return {
    add(chunk) {
      if (!isJsonObject(chunk)) return "";
      const { choices, usage: counted, ...rest } = chunk;
      head ??= rest;
      if (isJsonObject(counted)) usage = counted;
      const choice = Array.isArray(choices) ? choices.find(isFirst) : undefined;
      const piece = isJsonObject(choice) ? addChoice(choice) : "";
      hasText ||= piece !== "";
      return piece;
    },
    get isEnded() {
      return finishReason !== undefined;
    },
    get hasText() {
      return hasText;
    },
    body() {
      if (head === undefined) return undefined;
      const said = kind === "text" ? { text: text ?? "" } : { message: wholeMessage(message, calls) };
      const choice = { index: 0, ...said, logprobs, finish_reason: finishReason ?? null };
      const object = kind === "text" ? "text_completion" : "chat.completion";
      return { ...head, object, choices: [choice], ...(usage === undefined ? {} : { usage }) };
    },
  };
}

function isFirst(choice: unknown): boolean {
  return isJsonObject(choice) && (choice["index"] ?? 0) === 0;
}

/** Streams begin with an empty text, also where none follows; an answer in one piece then has none. */
function wholeMessage(message: JsonObject, calls: readonly CallParts[]): JsonObject {
  const isOther = calls.length > 0 || typeof message["refusal"] === "string";
  const content = isOther && message["content"] === "" ? null : (message["content"] ?? null);
  if (calls.length === 0) return { ...message, content };
  const tool_calls = calls.map(({ id, name, text }) => ({
    ...{ id, type: "function" },
    function: { name, arguments: text },
  }));
  return { ...message, content, tool_calls };
}

/** Lists of log-probabilities go one after another; of anything else the last word counts. */
function join(all: Record<string, JsonValue | JsonValue[]>, more: JsonObject): void {
  for (const [key, value] of Object.entries(more)) {
    const known = all[key];
    if (Array.isArray(known) && Array.isArray(value)) known.push(...value);
    else if (Array.isArray(value)) all[key] = [...value];
    else if (value !== null || known === undefined) all[key] = value;
  }
}
