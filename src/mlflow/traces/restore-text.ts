import { canonicalJson } from "../../core/data/digest.ts";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import { parseExactJson } from "../../formats/exact-json.ts";

/** How MLflow's client ends a value that it has shortened. */
const cutMark = "...";

/**
 * What the outermost span of a trace was given (`inputs`) or has answered (`outputs`). MLflow's server turns a text
 * of JSON, such as `{"label": "x"}`, into the object when it stores spans in its database. The trace's metadata
 * still has the value as the client wrote it, shortened to 250 characters; a longer text is written anew.
 */
export function restoreText(
  value: JsonValue | undefined,
  metadata: JsonObject,
  side: "inputs" | "outputs",
): JsonValue | undefined {
  const written = metadata[side === "inputs" ? "mlflow.traceInputs" : "mlflow.traceOutputs"];
  if (value === undefined || value === null || typeof written !== "string") return value;
  // A value that was no text has no quotes.
  if (!written.startsWith('"')) return value;
  const text = parsed(written);
  if (typeof text === "string") return isTextOf(text, value) ? text : value;
  const isCut = written.endsWith(cutMark) && typeof value === "object";
  return isCut ? JSON.stringify(value) : value;
}

function isTextOf(text: string, value: JsonValue): boolean {
  const inner = parsed(text);
  return inner !== undefined && canonicalJson(inner) === canonicalJson(value);
}

function parsed(text: string): JsonValue | undefined {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}
