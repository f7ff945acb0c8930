import { canonicalJson } from "../../core/data/digest.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { Trace } from "../../core/trace.ts";
import { derivedId } from "./derived-id.ts";
import type { PromptResponse } from "./prompt-response.ts";

/** What a log is a log of, as its client wants it told: exactly one of these. */
export type LogSource =
  | { readonly prompt: JsonValue }
  | { readonly tool: JsonObject }
  | { readonly flow: JsonObject };

/** Flows are no files here; equal names have equal ids. */
export function flowOf(path: string, attributes: JsonObject): JsonObject {
  const version = `${path}\n${canonicalJson(attributes)}`;
  return { id: derivedId("fl", path), version_id: derivedId("flv", version), path, attributes };
}

export function toolOf(path: string, details: JsonObject): JsonObject {
  const version = `${path}\n${canonicalJson(details)}`;
  return { ...details, id: derivedId("tl", path), version_id: derivedId("tlv", version), path };
}

/**
 * Its clients refuse a log that is of nothing. So a version that is gone is told by what the log knows of it, and
 * a call that was recorded without any prompt is one of a flow of its name.
 */
export function sourceOf(trace: Trace, prompt: PromptResponse | undefined): LogSource {
  if (prompt !== undefined) return { prompt: prompt as JsonValue };
  const { flow, tool } = trace.other ?? {};
  if (isJsonObject(tool)) return { tool: { ...fileFields(tool, trace), total_logs_count: 1, inputs: [] } };
  if (isJsonObject(flow)) return { flow: fileFields(flow, trace) };
  const path = trace.prompt?.path;
  if (path === undefined) return { flow: fileFields(flowOf(trace.name ?? "calls", {}), trace) };
  const gone = {
    id: derivedId("pr", `gone\n${path}`),
    path,
    version_id: trace.prompt?.versionId ?? derivedId("prv", `gone\n${path}`),
    model: trace.model ?? "",
  };
  return { prompt: { ...fileFields(gone, trace), total_logs_count: 1, inputs: [] } };
}

/** What is known of a file from one log of it. */
function fileFields(file: JsonObject, { startedAt }: Trace): JsonObject {
  const path = String(file["path"] ?? "");
  return {
    ...file,
    name: path.slice(path.lastIndexOf("/") + 1),
    created_at: startedAt,
    updated_at: startedAt,
    last_used_at: startedAt,
    version_logs_count: 1,
  };
}
