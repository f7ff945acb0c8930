import { isJsonObject, type JsonObject, type JsonValue } from "../data/json.ts";
import { readContent, textOf } from "./content-parts.ts";
import { addCalls, inOrder, type ToolCallParts } from "./gather-tool-calls.ts";

/** One choice of a stream of chat or text chunks, as far as it has come. */
export interface GatheredChoice {
  /** Gives the text that came with this part. */
  add(part: JsonObject): string;
  /** Has the provider said why it ends? */
  readonly isEnded: boolean;
  value(): JsonObject;
}

export function openChoice(endpoint: "chat" | "completion"): GatheredChoice {
  const message = new Map<string, JsonValue>([
    ["role", "assistant"],
    ["content", null],
    ["refusal", null],
  ]);
  const rest = new Map<string, JsonValue>();
  const calls: ToolCallParts[] = [];
  let text = "";
  let finishReason: string | undefined;
  let hasDelta = false;
  let logprobs: Map<string, JsonValue | JsonValue[]> | undefined;

  function addDelta(delta: JsonObject): string {
    for (const [key, value] of Object.entries(delta)) {
      if (key === "tool_calls") addCalls(calls, value);
      else if (value === null || value === undefined) message.set(key, message.get(key) ?? null);
      else if (key === "role") message.set(key, value);
      else if (key !== "content" || typeof value === "string" || Array.isArray(value))
        message.set(key, joined(message.get(key) ?? null, value, key === "content"));
    }
    return readContent(delta["content"]).text || textOf(delta["refusal"]);
  }

  return {
    add(part) {
      if (typeof part["finish_reason"] === "string") finishReason = part["finish_reason"];
      if (isJsonObject(part["logprobs"])) {
        logprobs ??= new Map();
        addProbabilities(logprobs, part["logprobs"]);
      }
      // What filters and gateways say of a choice (`content_filter_results`, `error`, `native_finish_reason`).
      for (const [key, value] of Object.entries(part)) {
        if (
          !/^(index|delta|message|text|logprobs|finish_reason)$/.test(key) &&
          value !== null &&
          value !== undefined
        )
          rest.set(key, structuredClone(value));
      }
      if (endpoint === "chat") {
        // A server that does not stream sends the message whole; others repeat it at the end of the stream.
        const delta = part["delta"] ?? (hasDelta ? undefined : part["message"]);
        if (!isJsonObject(delta)) return "";
        hasDelta = true;
        return addDelta(delta);
      }
      const piece = textOf(part["text"]);
      text += piece;
      return piece;
    },
    get isEnded() {
      return finishReason !== undefined;
    },
    value() {
      const end = {
        ...Object.fromEntries(rest),
        logprobs: logprobs === undefined ? null : Object.fromEntries(logprobs),
        finish_reason: finishReason ?? null,
      };
      return endpoint === "completion" ? { text, ...end } : { message: wholeMessage(message, calls), ...end };
    },
  };
}

/** Texts and lists grow; of anything else the last word counts. A content of texts and parts becomes a list of parts. */
function joined(known: JsonValue, more: JsonValue, isContent: boolean): JsonValue {
  if (typeof more === "string") {
    if (typeof known === "string") return known + more;
    return isContent && Array.isArray(known) ? joinedParts(known, [{ type: "text", text: more }]) : more;
  }
  if (!Array.isArray(more)) return structuredClone(more);
  const list = structuredClone(more) as JsonValue[];
  if (typeof known === "string" && isContent && known !== "") {
    return joinedParts([{ type: "text", text: known }], list);
  }
  return Array.isArray(known) ? joinedParts(known, list) : list;
}

/** Pieces of one kind that follow each other are one part: a stream cuts texts anywhere. */
function joinedParts(known: readonly JsonValue[], more: readonly JsonValue[]): JsonValue[] {
  const all = [...known];
  for (const part of more) {
    const last = all.at(-1);
    const merged = isJsonObject(last) && isJsonObject(part) ? mergedPart(last, part) : undefined;
    if (merged === undefined) all.push(part);
    else all[all.length - 1] = merged;
  }
  return all;
}

function mergedPart(last: JsonObject, part: JsonObject): JsonObject | undefined {
  if (last["type"] === undefined || last["type"] !== part["type"] || last["index"] !== part["index"]) {
    return undefined;
  }
  const merged: Record<string, JsonValue> = { ...last };
  for (const [key, value] of Object.entries(part)) {
    const before = last[key];
    if (key === "text" || key === "thinking" || key === "summary" || key === "reasoning") {
      merged[key] = joined(before ?? null, value, false);
    } else if (value !== null) merged[key] = value;
  }
  return merged;
}

/** Streams begin with an empty text, also where none follows; an answer in one piece then has none. */
function wholeMessage(fields: ReadonlyMap<string, JsonValue>, calls: readonly ToolCallParts[]): JsonObject {
  const message = Object.fromEntries(fields);
  const isOther = calls.length > 0 || typeof message["refusal"] === "string";
  const content = isOther && message["content"] === "" ? null : (message["content"] ?? null);
  if (calls.length === 0) return { ...message, content };
  const tool_calls = inOrder(calls).map(({ id, name, text }) => ({
    ...{ id, type: "function" },
    function: { name, arguments: text },
  }));
  return { ...message, content, tool_calls };
}

/** Lists of log-probabilities go one after another; of anything else the last word counts. */
function addProbabilities(all: Map<string, JsonValue | JsonValue[]>, more: JsonObject): void {
  for (const [key, value] of Object.entries(more)) {
    const known = all.get(key);
    if (Array.isArray(known) && Array.isArray(value)) known.push(...structuredClone(value));
    else if (Array.isArray(value)) all.set(key, structuredClone(value) as JsonValue[]);
    else if (value !== null || known === undefined) all.set(key, structuredClone(value));
  }
}
