import type { RecordSource } from "../../contracts/dataset-store.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { structured } from "../rows/structured.ts";

/**
 * Where a row came from, as collected datasets write it (`{type, trace_id}`) or as MLflow exports it
 * (`{source_type, source_data: {trace_id}}`). Undefined for anything that names no type.
 */
export function parseSource(written: JsonValue | undefined): RecordSource | undefined {
  const given = structured(written);
  if (!isJsonObject(given)) return undefined;
  const { type, source_type: mlflowType, trace_id: traceId, source_data: written_, ...rest } = given;
  const named = typeof type === "string" ? type : mlflowType;
  if (typeof named !== "string" || named === "") return undefined;
  const data = structured(written_);
  const { trace_id: mlflowTrace, ...otherData } = isJsonObject(data) ? data : {};
  const trace = traceId ?? mlflowTrace;
  const other: JsonObject = Object.keys(otherData).length === 0 ? rest : { ...rest, source_data: otherData };
  return {
    type: named.toLowerCase(),
    ...(typeof trace === "string" && trace !== "" ? { traceId: trace } : {}),
    ...(Object.keys(other).length === 0 ? {} : { other }),
  };
}

export function sourceJson({ type, traceId, other }: RecordSource): JsonObject {
  return { type, ...(traceId === undefined ? {} : { trace_id: traceId }), ...other };
}

/** As MLflow's `merge_records` takes it. */
export function mlflowSourceJson({ type, traceId, other }: RecordSource): JsonObject {
  const data = isJsonObject(other?.["source_data"]) ? other["source_data"] : {};
  return {
    source_type: type.toUpperCase(),
    source_data: { ...(traceId === undefined ? {} : { trace_id: traceId }), ...data },
  };
}
