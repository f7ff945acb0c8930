import { isJsonObject, type JsonValue } from "../../core/json.ts";

/** A tool call as far as it has come. */
export interface CallParts {
  id: string;
  name: string;
  /** The arguments' JSON, as far as it is written. */
  text: string;
}

/** Adds the pieces of tool calls in one chunk. */
export function addCalls(calls: CallParts[], pieces: JsonValue): void {
  if (!Array.isArray(pieces)) return;
  for (const piece of pieces) {
    if (!isJsonObject(piece)) continue;
    const id = typeof piece["id"] === "string" ? piece["id"] : "";
    const asked = isJsonObject(piece["function"]) ? piece["function"] : {};
    const call = callAt(calls, placeOf(piece["index"], id, calls));
    if (id !== "") call.id = id;
    if (typeof asked["name"] === "string") call.name += asked["name"];
    if (typeof asked["arguments"] === "string") call.text += asked["arguments"];
  }
}

/** Some endpoints leave out the index; then a new id begins a new call. */
function placeOf(index: JsonValue | undefined, id: string, calls: readonly CallParts[]): number {
  if (typeof index === "number" && Number.isInteger(index) && index >= 0 && index <= calls.length)
    return index;
  const last = calls.length - 1;
  return id !== "" && calls[last]?.id !== id ? calls.length : Math.max(0, last);
}

function callAt(calls: CallParts[], place: number): CallParts {
  const known = calls[place];
  if (known !== undefined) return known;
  const call = { id: "", name: "", text: "" };
  calls.push(call);
  return call;
}
