import type { DatasetRecord, RecordSource } from "../../contracts/dataset-store.ts";
import { canonicalJson } from "../../core/data/digest.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { structured } from "../rows/columns.ts";

/** A record as written in a line of a collected dataset. */
export function recordJson({
  inputs,
  outputs,
  expectations,
  tags,
  source,
  other,
}: DatasetRecord): JsonObject {
  const named = {
    inputs,
    ...(outputs === undefined ? {} : { outputs }),
    ...(expectations === undefined ? {} : { expectations }),
    ...(tags === undefined ? {} : { tags }),
    ...(source === undefined ? {} : { source: sourceJson(source) }),
  };
  // Named members last, so that a member of `other` cannot replace one.
  return other === undefined ? named : { ...named, ...other, ...named };
}

/**
 * Parses the source of a row, as written in collected datasets (`{type, trace_id}`) or in MLflow exports
 * (`{source_type, source_data: {trace_id}}`). Undefined if there is no type.
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

/** A source in the format of `merge_records` in MLflow. */
export function mlflowSourceJson({ type, traceId, other }: RecordSource): JsonObject {
  const data = isJsonObject(other?.["source_data"]) ? other["source_data"] : {};
  return {
    source_type: type.toUpperCase(),
    source_data: { ...(traceId === undefined ? {} : { trace_id: traceId }), ...data },
  };
}

/**
 * Merges a later record with the same inputs: its outputs replace the known ones; its expectations, tags and
 * other members are merged shallowly (MLflow's rule). The source belongs to the outputs and is replaced only
 * if they change, so collecting equal answers again changes nothing.
 */
export function mergeRecord(known: DatasetRecord, later: DatasetRecord): DatasetRecord {
  const outputs = later.outputs ?? known.outputs;
  const bringsAnswer =
    later.outputs !== undefined && canonicalJson(later.outputs) !== canonicalJson(known.outputs);
  const source = bringsAnswer ? (later.source ?? known.source) : (known.source ?? later.source);
  return {
    inputs: known.inputs,
    ...(outputs === undefined ? {} : { outputs }),
    ...overlay("expectations", known, later),
    ...overlay("tags", known, later),
    ...(source === undefined ? {} : { source }),
    ...overlay("other", known, later),
  };
}

function overlay(
  member: "expectations" | "tags" | "other",
  known: DatasetRecord,
  later: DatasetRecord,
): Partial<DatasetRecord> {
  if (known[member] === undefined && later[member] === undefined) return {};
  return { [member]: { ...known[member], ...later[member] } };
}
