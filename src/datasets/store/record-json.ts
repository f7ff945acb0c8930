import type { DatasetRecord, RecordSource } from "../../contracts/dataset-store.ts";
import { canonicalJson } from "../../core/data/digest.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { structured } from "../rows/columns.ts";

/** A record as a line of a collected dataset holds it. */
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
  // Its own members last: one of `other` may not take the place of another.
  return other === undefined ? named : { ...named, ...other, ...named };
}

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

/**
 * A later record with the inputs of a known one: its outputs replace, its expectations, tags and unnamed
 * members are laid over, shallowly (MLflow's rule). The source stays with the outputs: it is replaced when
 * they change, so that collecting equal answers again changes nothing.
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
