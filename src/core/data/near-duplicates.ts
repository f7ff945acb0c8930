import { createHash } from "node:crypto";
import { createRandom } from "../random.ts";

const shingleLength = 5;
/** Only the start of a very long text is compared. */
const mostCharacters = 4_000;
const bands = 10;
const rowsPerBand = 4;

/** 32-bit hashes of a text's runs of 5 characters; a shorter text is one run. */
function shinglesOf(text: string): ReadonlySet<number> {
  const shingles = new Set<number>();
  const end = Math.min(text.length, mostCharacters);
  for (let start = 0; start === 0 || start + shingleLength <= end; start++) {
    let hash = 0x811c9dc5;
    const stop = Math.min(end, start + shingleLength);
    for (let at = start; at < stop; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    shingles.add(mixed(hash));
  }
  return shingles;
}

/** Jaccard index: shared ÷ all. */
function overlapOf(one: ReadonlySet<number>, other: ReadonlySet<number>): number {
  let shared = 0;
  for (const shingle of one) if (other.has(shingle)) shared++;
  return shared / (one.size + other.size - shared);
}

/**
 * Bucket keys of which two overlapping sets probably share one: MinHash (A. Broder, 1997) in 10 bands of 4.
 * Sets that overlap by 0.9 share a key in 9,999 of 10,000 cases, sets that overlap by 0.3 in 8 of 100.
 */
function bandKeys(shingles: ReadonlySet<number>): readonly string[] {
  const least = new Uint32Array(bands * rowsPerBand).fill(0xffffffff);
  for (const shingle of shingles) {
    for (let at = 0; at < least.length; at++) {
      const hash = mixed(shingle ^ Math.imul(at + 1, 0x9e3779b1));
      if (hash < (least[at] as number)) least[at] = hash;
    }
  }
  return Array.from(
    { length: bands },
    (_, band) => `${band}:${least.slice(band * rowsPerBand, (band + 1) * rowsPerBand).join()}`,
  );
}

/** The finalizer of MurmurHash3 (A. Appleby): every input bit affects every output bit. */
function mixed(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const mostCompared = 5_000;
const nearOverlap = 0.9;
/** A row that shares a bucket with hundreds of others is compared with only a few of them. */
const mostCandidates = 8;

/**
 * Share of the texts that nearly equal an earlier one: equal except for case, punctuation and blanks, or with
 * at least nine tenths of their character 5-grams in common. 0 for no texts.
 *
 * Equal texts are counted over all texts. Above 5,000 distinct texts, near duplicates are counted in a seeded
 * sample, which finds fewer pairs than exist. Runs in time linear in the length of the texts.
 */
export function nearDuplicateShare(texts: readonly string[]): number {
  if (texts.length === 0) return 0;
  const distinct = distinctTexts(texts);
  const compared =
    distinct.length > mostCompared
      ? createRandom("near-duplicates").shuffle(distinct).slice(0, mostCompared)
      : distinct;
  const equalShare = 1 - distinct.length / texts.length;
  return equalShare + (1 - equalShare) * (nearOnes(compared).length / compared.length);
}

function distinctTexts(texts: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return texts.map(normalized).filter((text) => {
    const key = createHash("sha1").update(text).digest("base64");
    return !seen.has(key) && seen.add(key);
  });
}

function normalized(text: string): string {
  const words = text
    .normalize("NFKC")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  // A text of symbols alone (an emoji, a formula) is compared as written.
  return words === null ? text.trim() : words.join(" ");
}

/** Texts that nearly equal an earlier one, each with the first such one, by their places. */
function nearOnes(texts: readonly string[]): readonly (readonly [later: number, earlier: number])[] {
  const buckets = new Map<string, { readonly at: number; readonly shingles: ReadonlySet<number> }[]>();
  const found: (readonly [number, number])[] = [];
  for (const [at, text] of texts.entries()) {
    const shingles = shinglesOf(text);
    const keys = bandKeys(shingles);
    const candidates = new Set(keys.flatMap((key) => buckets.get(key) ?? []));
    const other = [...candidates].find((one) => overlapOf(shingles, one.shingles) >= nearOverlap);
    if (other !== undefined) found.push([at, other.at]);
    const own = { at, shingles };
    for (const key of keys) {
      const bucket = buckets.get(key);
      if (bucket === undefined) buckets.set(key, [own]);
      else if (bucket.length < mostCandidates) bucket.push(own);
    }
  }
  return found;
}

/**
 * Which texts nearly equal an earlier one, by the rules of `nearDuplicateShare`: the place of each, and of the earlier
 * one. Equal texts are found among all, near ones among the first 5,000 distinct texts.
 */
export function nearDuplicatePairs(
  texts: readonly string[],
): readonly (readonly [later: number, earlier: number])[] {
  const places = new Map<string, number>();
  const pairs: (readonly [number, number])[] = [];
  for (const [at, text] of texts.entries()) {
    const key = normalized(text);
    const first = places.get(key);
    if (first === undefined) places.set(key, at);
    else pairs.push([at, first]);
  }
  const distinct = [...places].slice(0, mostCompared);
  const placeOf = (index: number) => distinct[index]?.[1] ?? 0;
  const near = nearOnes(distinct.map(([text]) => text)).map(
    ([later, earlier]) => [placeOf(later), placeOf(earlier)] as const,
  );
  return [...pairs, ...near].sort(([one], [other]) => one - other);
}
