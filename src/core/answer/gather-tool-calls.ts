import { isJsonObject, type JsonValue } from "../json.ts";

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
    const asked = [piece["function"], piece["custom"]].find(isJsonObject) ?? {};
    const written = asked["arguments"] ?? asked["input"];
    const call = callAt(calls, placeOf(piece["index"], id, calls));
    if (id !== "") call.id = id;
    // Some servers repeat the whole name with every piece.
    if (typeof asked["name"] === "string" && asked["name"] !== call.name) call.name += asked["name"];
    if (typeof written === "string") call.text += written;
    else if (isJsonObject(written)) call.text = JSON.stringify(written);
  }
}

/** Some endpoints leave out the index, and some give every call the same: then a new id begins a new call. */
function placeOf(index: JsonValue | undefined, id: string, calls: readonly CallParts[]): number {
  if (typeof index === "number" && Number.isInteger(index) && index >= 0 && index <= calls.length) {
    const known = calls[index]?.id ?? "";
    return id === "" || known === "" || known === id ? index : placeOfId(id, calls);
  }
  const last = calls.length - 1;
  return id !== "" && calls[last]?.id !== id ? calls.length : Math.max(0, last);
}

function placeOfId(id: string, calls: readonly CallParts[]): number {
  const known = calls.findIndex((call) => call.id === id);
  return known === -1 ? calls.length : known;
}

function callAt(calls: CallParts[], place: number): CallParts {
  const known = calls[place];
  if (known !== undefined) return known;
  const call = { id: "", name: "", text: "" };
  calls.push(call);
  return call;
}
