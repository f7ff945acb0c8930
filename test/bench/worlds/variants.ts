import type { JsonObject } from "../../../src/core/data/json.ts";

/** A setting of the engine `gepa`, to measure the effect of each of its decisions. */
export interface Variant {
  readonly options?: JsonObject;
  readonly keys?: JsonObject;
}

const table: Readonly<Record<string, Variant>> = {
  default: {},
  strict_sum: { options: { acceptance: "strict_sum" } },
  improvement_or_equal: { options: { acceptance: "improvement_or_equal" } },
  "error_level 0.05": { options: { error_level: 0.05 } },
  "error_level 0.4": { options: { error_level: 0.4 } },
  "validation full": { options: { validation: "full" } },
  "block_size 10": { options: { block_size: 10 } },
  "merge off": { options: { merge: "off" } },
  "merge components": { options: { merge: "components" } },
  "restore false": { options: { restore: false } },
  "prune false": { options: { prune: false } },
  "restore and prune false": { options: { restore: false, prune: false } },
  "memory 0": { options: { memory: 0 } },
  "selection current_best": { options: { selection: "current_best" } },
  "minibatch 6": { options: { minibatch_size: 6 } },
  "one candidate": { keys: { num_candidates: 1 } },
  "three candidates": { keys: { num_candidates: 3 } },
  "eight candidates": { keys: { num_candidates: 8 } },
  "patience 10": { keys: { patience: 10 } },
  // As near to the reference as the options go.
  "as the reference": {
    options: { acceptance: "strict_sum", validation: "full", merge: "off", memory: 0 },
    keys: { num_candidates: 1, patience: 1000 },
  },
};

export const variantNames: readonly string[] = Object.keys(table);

/** The variant of that name; throws an Error that lists the names there are. */
export function variantNamed(name: string): Variant {
  const found = table[name];
  if (found === undefined)
    throw new Error(`there is no variant "${name}"; there are ${variantNames.join(", ")}`);
  return found;
}
