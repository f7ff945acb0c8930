import type { DatasetRecord } from "../../contracts/dataset-store.ts";
import { canonicalJson } from "../../core/data/digest.ts";

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
