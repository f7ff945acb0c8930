/** Weights of the words of a text, of length 1 as a vector. */
export type WordVector = ReadonlyMap<string, number>;

const word = /[\p{L}\p{N}]+(?:[-_'][\p{L}\p{N}]+)*/gu;

/** One vector a text: how rare each of its words is among all the texts (TF-IDF with counts left out). */
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

/** Cosine of two vectors: 0 for nothing in common, 1 for the same words. */
export function cosineSimilarity(one: WordVector, other: WordVector): number {
  const [small, large] = one.size <= other.size ? [one, other] : [other, one];
  let sum = 0;
  for (const [key, weight] of small) sum += weight * (large.get(key) ?? 0);
  return sum;
}
