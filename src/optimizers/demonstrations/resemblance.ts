import type { Example } from "../../core/data/example.ts";
import type { Demonstration } from "./demonstration.ts";
import { inputText } from "./render-demonstrations.ts";
import { cosineSimilarity, type WordVector, wordVectors } from "./word-vectors.ts";

/** How much rows have in common, 0 … 1. */
export interface Resemblance {
  /** A demonstration to another, answers included. */
  between(one: Demonstration, other: Demonstration): number;
  /** A demonstration's inputs to a validation row's. */
  toRow(one: Demonstration, row: Example): number;
}

export function createResemblance(pool: readonly Demonstration[], rows: readonly Example[]): Resemblance {
  const poolVectors = wordVectors(
    // The mark keeps an answer apart from the same word in an input: equal labels are alike in that alone.
    pool.map((one) => `${inputText(one, undefined)}\nanswer-${one.answer.trim().replace(/\s+/g, "_")}`),
  );
  const inputVectors = wordVectors([...pool, ...rows].map((one) => inputText(one, undefined)));
  const placeOf = new Map(pool.map((one, at) => [one.row, at]));
  const rowPlaces = new Map(rows.map(({ id }, at) => [id, pool.length + at]));
  const vector = (vectors: readonly WordVector[], at = -1): WordVector => vectors[at] ?? new Map();
  return {
    between: (one, other) =>
      cosineSimilarity(
        vector(poolVectors, placeOf.get(one.row)),
        vector(poolVectors, placeOf.get(other.row)),
      ),
    toRow: (one, row) =>
      cosineSimilarity(
        vector(inputVectors, placeOf.get(one.row)),
        vector(inputVectors, rowPlaces.get(row.id)),
      ),
  };
}
