import type { Example } from "../../core/data/example.ts";
import type { Demonstration } from "./demonstration.ts";
import { inputText } from "./render-demonstrations.ts";

/** Word weights of a text, normalized to length 1. */
type WordVector = ReadonlyMap<string, number>;

const word = /[\p{L}\p{N}]+(?:[-_'][\p{L}\p{N}]+)*/gu;

/** One vector per text, weighted by how rare each word is among all texts (TF-IDF without counts). */
export function wordVectors(texts: readonly string[]): readonly WordVector[] {
  const sets = texts.map((text) => new Set(text.toLowerCase().match(word) ?? []));
  const uses = new Map<string, number>();
  for (const words of sets) for (const one of words) uses.set(one, (uses.get(one) ?? 0) + 1);
  return sets.map((words) => {
    const weights = [...words].map(
      (one) => [one, Math.log((texts.length + 1) / (uses.get(one) ?? 1))] as const,
    );
    const length = Math.hypot(...weights.map(([, weight]) => weight)) || 1;
    return new Map(weights.map(([one, weight]) => [one, weight / length]));
  });
}

/** Cosine of two vectors: 0 for no words in common, 1 for the same words. */
export function cosineSimilarity(one: WordVector, other: WordVector): number {
  const [small, large] = one.size <= other.size ? [one, other] : [other, one];
  let sum = 0;
  for (const [key, weight] of small) sum += weight * (large.get(key) ?? 0);
  return sum;
}

/** Similarity of rows, 0 … 1. */
export interface Resemblance {
  /** Similarity of two demonstrations, answers included. */
  between(one: Demonstration, other: Demonstration): number;
  /** Similarity of a demonstration's inputs and a validation row's inputs. */
  toRow(one: Demonstration, row: Example): number;
}

export function createResemblance(pool: readonly Demonstration[], rows: readonly Example[]): Resemblance {
  const poolVectors = wordVectors(
    // The prefix distinguishes an answer from the same word in an input.
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
