import { createHash } from "node:crypto";
import { createRandom } from "../random.ts";
import { bandKeys, overlapOf, shinglesOf } from "./shingles.ts";

const mostCompared = 5_000;
const nearOverlap = 0.9;
/** Rows that share a bucket with hundreds of others are compared with a few of them only. */
const mostCandidates = 8;

/**
 * Share of the texts that say nearly what an earlier one says: equal but for case, punctuation and blanks, or
 * with at least nine tenths of their character 5-grams in common. 0 for no texts.
 *
 * Equal ones are counted over all texts; above 5,000 different ones the others are looked for in a seeded
 * sample, which finds fewer pairs than there are. Takes time in proportion to the texts' length.
 */
export function nearDuplicateShare(texts: readonly string[]): number {
  if (texts.length === 0) return 0;
  const distinct = distinctTexts(texts);
  const compared =
    distinct.length > mostCompared
      ? createRandom("near-duplicates").shuffle(distinct).slice(0, mostCompared)
      : distinct;
  const equalShare = 1 - distinct.length / texts.length;
  return equalShare + (1 - equalShare) * (countNear(compared) / compared.length);
}

function distinctTexts(texts: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return texts.map(normalised).filter((text) => {
    const key = createHash("sha1").update(text).digest("base64");
    return !seen.has(key) && seen.add(key);
  });
}

function normalised(text: string): string {
  const words = text
    .normalize("NFKC")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  // A text of signs alone (an emoji, a formula) is its signs.
  return words === null ? text.trim() : words.join(" ");
}

/** Texts that are near to one before them. */
function countNear(texts: readonly string[]): number {
  const buckets = new Map<string, ReadonlySet<number>[]>();
  let near = 0;
  for (const text of texts) {
    const shingles = shinglesOf(text);
    const keys = bandKeys(shingles);
    const candidates = new Set(keys.flatMap((key) => buckets.get(key) ?? []));
    if ([...candidates].some((other) => overlapOf(shingles, other) >= nearOverlap)) near++;
    for (const key of keys) {
      const bucket = buckets.get(key);
      if (bucket === undefined) buckets.set(key, [shingles]);
      else if (bucket.length < mostCandidates) bucket.push(shingles);
    }
  }
  return near;
}
