import { digestOfText } from "../../core/data/digest.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { asciiJson, asciiText } from "../../postgres/ascii-json.ts";

/** Columns of a trace, in the order of `traceColumns`. */
export interface TraceRow {
  readonly traceId: string;
  readonly values: readonly unknown[];
}

export const traceColumns = [
  ["trace_id", "text"],
  ["order_ms", "double precision"],
  ["started_ms", "double precision"],
  ["event_id", "text"],
  ["feedback_key", "text"],
  ["prompt_path", "text"],
  ["prompt_name", "text"],
  ["version_id", "text"],
  ["name", "text"],
  ["model", "text"],
  ["asked_model", "text"],
  ["chat_id", "text"],
  ["chain_id", "text"],
  ["parent_id", "text"],
  ["user_id", "text"],
  ["environment", "text"],
  ["has_error", "boolean"],
  ["is_rated", "boolean"],
  ["record", "text"],
] as const;

/** `orderMs` places the trace among others; its start differs from it if a clock was set back. */
export function rowOfRecord(record: JsonObject, orderMs: number): TraceRow {
  const { prompt, provider_request: request, error, feedback } = record;
  const { path, version_id: versionId } = isJsonObject(prompt) ? prompt : {};
  const startedMs = Date.parse(String(record["started_at"]));
  const traceId = indexed(record["trace_id"]) ?? "";
  return {
    traceId,
    values: [
      traceId,
      orderMs,
      Number.isNaN(startedMs) ? null : startedMs,
      indexed(record["event_id"]),
      indexed(record["feedback_key"]),
      indexed(path),
      typeof path === "string" ? lastName(path) : null,
      indexed(versionId),
      indexed(record["name"]),
      indexed(record["model"]),
      isJsonObject(request) ? indexed(request["model"]) : null,
      ...["chat_id", "chain_id", "parent_id", "user", "environment"].map((name) => indexed(record[name])),
      error !== undefined && error !== null && error !== "",
      Array.isArray(feedback) && (feedback as readonly JsonValue[]).some(isRated),
      asciiJson(record),
    ],
  };
}

export function isRated(feedback: JsonValue): boolean {
  return isJsonObject(feedback) && typeof feedback["rating"] === "number";
}

/** Longer texts do not fit into an index: a digest stands for their rest. */
const longestIndexed = 400;

/** What a column holds of a text. Different texts differ, so that one trace never takes the place of another. */
export function indexed(value: JsonValue | undefined): string | null {
  if (typeof value !== "string") return null;
  const rest = value.length > longestIndexed ? `#${digestOfText(asciiText(value)).slice(0, 16)}` : "";
  return `${beginning(value)}${rest}`;
}

/** What every column begins with that holds a text with this beginning. */
export function beginning(text: string): string {
  return asciiText(text.slice(0, longestIndexed));
}

/** The part of a path that any of its endings ends with. */
export function lastName(path: string): string {
  return indexed(path.slice(path.lastIndexOf("/") + 1)) ?? "";
}
