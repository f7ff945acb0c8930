import { isJsonObject, type JsonValue } from "../data/json.ts";

/** A tool call as far as it has come. */
export interface ToolCallParts {
  id: string;
  name: string;
  /** The arguments' JSON, as far as it is written. */
  text: string;
  /** The place that the provider gives it among the calls. */
  readonly index?: number;
}

/** Adds the pieces of tool calls in one chunk. */
export function addCalls(calls: ToolCallParts[], pieces: JsonValue): void {
  if (!Array.isArray(pieces)) return;
  for (const piece of pieces) {
    if (!isJsonObject(piece)) continue;
    const id = typeof piece["id"] === "string" ? piece["id"] : "";
    const asked = [piece["function"], piece["custom"]].find(isJsonObject) ?? {};
    const written = asked["arguments"] ?? asked["input"];
    const call = knownCall(calls, piece["index"], id) ?? newCall(calls, piece["index"]);
    if (id !== "") call.id = id;
    // Some servers repeat the whole name with every piece.
    if (typeof asked["name"] === "string" && asked["name"] !== call.name) call.name += asked["name"];
    if (typeof written === "string") call.text += written;
    else if (isJsonObject(written)) call.text = JSON.stringify(written);
  }
}

/** The calls in the order of the places that the provider gives them; those without one come last. */
export function inOrder(calls: readonly ToolCallParts[]): readonly ToolCallParts[] {
  const placeOf = ({ index = Number.MAX_SAFE_INTEGER }: ToolCallParts) => index;
  return [...calls].sort((one, other) => placeOf(one) - placeOf(other));
}

/** Some endpoints leave out the index, and some give every call the same: then a new id begins a new call. */
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
