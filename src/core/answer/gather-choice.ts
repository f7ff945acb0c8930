import { isJsonObject, type JsonObject, type JsonValue } from "../data/json.ts";
import { readContent, textOf } from "./read-content.ts";

/** The received part of one choice in a stream of chat or text chunks. */
interface GatheredChoice {
  /** Returns the text in this part. */
  add(part: JsonObject): string;
  /** Whether the provider sent a finish reason. */
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
      // Filters and gateways attach extra fields to a choice (`content_filter_results`, `error`,
      // `native_finish_reason`).
      for (const [key, value] of Object.entries(part)) {
        if (
          !/^(index|delta|message|text|logprobs|finish_reason)$/.test(key) &&
          value !== null &&
          value !== undefined
        )
          rest.set(key, structuredClone(value));
      }
      if (endpoint === "chat") {
        // A server that does not stream sends the whole message; others repeat it at the end of the stream.
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

/** Texts and lists are appended; other values are replaced. Mixed text and parts become a list of parts. */
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

/** Consecutive pieces of one kind form one part, because a stream may cut a text anywhere. */
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

/** Streams start with an empty text even if no text follows; a whole answer would have none. */
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

/** Lists of log-probabilities are appended; other values are replaced. */
function addProbabilities(all: Map<string, JsonValue | JsonValue[]>, more: JsonObject): void {
  for (const [key, value] of Object.entries(more)) {
    const known = all.get(key);
    if (Array.isArray(known) && Array.isArray(value)) known.push(...structuredClone(value));
    else if (Array.isArray(value)) all.set(key, structuredClone(value) as JsonValue[]);
    else if (value !== null || known === undefined) all.set(key, structuredClone(value));
  }
}

/** The received part of a tool call. */
interface ToolCallParts {
  id: string;
  name: string;
  /** The JSON of the arguments received so far. */
  text: string;
  /** The provider's index of the call. */
  readonly index?: number;
}

/** Adds the tool call pieces of one chunk. */
function addCalls(calls: ToolCallParts[], pieces: JsonValue): void {
  if (!Array.isArray(pieces)) return;
  for (const piece of pieces) {
    if (!isJsonObject(piece)) continue;
    const id = typeof piece["id"] === "string" ? piece["id"] : "";
    const asked = [piece["function"], piece["custom"]].find(isJsonObject) ?? {};
    const written = asked["arguments"] ?? asked["input"];
    const call = knownCall(calls, piece["index"], id) ?? newCall(calls, piece["index"]);
    if (id !== "") call.id = id;
    // Some servers repeat the whole name in every piece.
    if (typeof asked["name"] === "string" && asked["name"] !== call.name) call.name += asked["name"];
    if (typeof written === "string") call.text += written;
    else if (isJsonObject(written)) call.text = JSON.stringify(written);
  }
}

/** The calls sorted by the provider's index; calls without an index come last. */
function inOrder(calls: readonly ToolCallParts[]): readonly ToolCallParts[] {
  const placeOf = ({ index = Number.MAX_SAFE_INTEGER }: ToolCallParts) => index;
  return [...calls].sort((one, other) => placeOf(one) - placeOf(other));
}

/**
 * Some endpoints omit the index, and some send the same index for every call. A new id then starts a new call.
 */
function knownCall(
  calls: readonly ToolCallParts[],
  index: JsonValue | undefined,
  id: string,
): ToolCallParts | undefined {
  const isSame = (call: ToolCallParts) => id === "" || call.id === "" || call.id === id;
  if (isIndex(index)) {
    const placed = calls.findLast((call) => call.index === index && isSame(call));
    return placed ?? (id === "" ? undefined : calls.find((call) => call.id === id));
  }
  const last = calls.at(-1);
  return last !== undefined && isSame(last) ? last : undefined;
}

function newCall(calls: ToolCallParts[], index: JsonValue | undefined): ToolCallParts {
  const call: ToolCallParts = { id: "", name: "", text: "", ...(isIndex(index) ? { index } : {}) };
  calls.push(call);
  return call;
}

function isIndex(index: JsonValue | undefined): index is number {
  return typeof index === "number" && Number.isInteger(index) && index >= 0;
}
