import type { DatasetRecord, MergeCounts } from "../../../src/contracts/dataset-store.ts";
import { canonicalJson } from "../../../src/core/data/digest.ts";

/** The simplest model of merging: a map by inputs. */
export function mergeModel() {
  const rows = new Map<string, Record<string, unknown>>();
  return {
    merge(batch: readonly DatasetRecord[]): MergeCounts {
      const counts = { added: 0, updated: 0, unchanged: 0 };
      for (const { inputs, ...later } of batch) {
        const key = canonicalJson(inputs);
        const known = rows.get(key);
        const row: Record<string, unknown> = { ...known };
        const hasNewAnswer =
          later.outputs !== undefined && canonicalJson(later.outputs) !== canonicalJson(known?.["outputs"]);
        if (later.outputs !== undefined) row["outputs"] = later.outputs;
        if (later.source !== undefined && (hasNewAnswer || row["source"] === undefined))
          row["source"] = later.source;
        for (const member of ["expectations", "tags", "other"] as const) {
          if (later[member] !== undefined)
            row[member] = { ...(row[member] as object | undefined), ...later[member] };
        }
        if (known === undefined) counts.added++;
        else if (canonicalJson(known) === canonicalJson(row)) counts.unchanged++;
        else counts.updated++;
        rows.set(key, row);
      }
      return { ...counts, rows: rows.size };
    },
    records: (): unknown[] => [...rows].map(([key, row]) => ({ inputs: JSON.parse(key), ...row })),
  };
}
