import type { Strength } from "../request.ts";
import { contentStems, memoize, normalizedWords } from "../stems.ts";
import type { Reading } from "./reading.ts";

/** Weight of a word from a stated definition relative to one from the label's name. */
const definitionWeight = 0.7;
const nearWeight = 0.7;

interface LabelWords {
  readonly label: string;
  readonly words: readonly string[];
  readonly stems: readonly string[];
  readonly defined: ReadonlySet<string>;
}

interface LabelIndex {
  readonly labels: readonly LabelWords[];
  /** 1 for a word of a single label, less for a word that many share. */
  weight(stem: string): number;
}

const indexes = new WeakMap<Reading, LabelIndex>();

/**
 * The listed label whose name and stated definition share most with the text. The small model takes names
 * literally and weights all words equally; the large one uses word forms and weights distinctive words.
 */
export function intentOf(text: string, reading: Reading, strength: Strength): string {
  const index = indexes.get(reading) ?? buildIndex(reading);
  indexes.set(reading, index);
  const stems = [...new Set(contentStems(text))];
  const words = new Set(normalizedWords(text).split(" "));
  let best = { label: reading.labels[0] ?? "", score: -1 };
  for (const label of index.labels) {
    const named = strength === "large" ? nameByStems(label, stems, index) : nameByWords(label, words);
    const score = named + definitionScore(label, stems, index);
    if (score > best.score) best = { label: label.label, score };
  }
  return best.label;
}

function nameByWords({ words }: LabelWords, found: ReadonlySet<string>): number {
  return words.filter((word) => found.has(word)).length / Math.sqrt(words.length + 0.5);
}

function nameByStems(label: LabelWords, stems: readonly string[], index: LabelIndex): number {
  let named = 0;
  let total = 0.5;
  for (const stem of label.stems) {
    const weight = index.weight(stem);
    total += weight;
    if (stems.includes(stem)) named += weight;
    else if (stems.some((one) => isNear(one, stem))) named += weight * nearWeight;
  }
  return named / Math.sqrt(total);
}

function definitionScore({ defined }: LabelWords, stems: readonly string[], index: LabelIndex): number {
  if (defined.size === 0) return 0;
  const found = stems.filter((stem) => defined.has(stem)).reduce((sum, stem) => sum + index.weight(stem), 0);
  return (definitionWeight * found) / Math.sqrt(1 + defined.size / 4);
}

const nearness = memoize((pair) => {
  const [one = "", other = ""] = pair.split(" ");
  const shorter = Math.min(one.length, other.length);
  if (shorter < 4) return 0;
  let same = 0;
  while (same < shorter && one[same] === other[same]) same += 1;
  return same / Math.max(one.length, other.length);
}, 100_000);

function isNear(one: string, other: string): boolean {
  return nearness(`${one} ${other}`) >= 0.6;
}

function buildIndex(reading: Reading): LabelIndex {
  const labels = reading.labels.map((label) => {
    const name = label.replace(/[_-]/g, " ");
    return {
      label,
      words: [...new Set(normalizedWords(name).split(" "))],
      stems: [...new Set(contentStems(name))],
      defined: new Set(reading.definitions.get(label.toLowerCase()) ?? []),
    };
  });
  const spread = new Map<string, number>();
  for (const { stems, defined } of labels) {
    for (const stem of new Set([...stems, ...defined])) spread.set(stem, (spread.get(stem) ?? 0) + 1);
  }
  const most = Math.log(1 + labels.length);
  return { labels, weight: (stem) => Math.log(1 + labels.length / (spread.get(stem) ?? 1)) / most };
}

/** An invented label, for a prompt that lists none. */
export function inventLabel(text: string): string {
  const stems = text.toLowerCase().match(/[a-z]{4,}/g) ?? ["general"];
  const counted = [...new Set(stems)].filter((word) => contentStems(word).length > 0);
  const longest = counted
    .sort((one, other) => other.length - one.length || one.localeCompare(other))
    .slice(0, 2);
  return longest.length === 0 ? "general question" : longest.join(" ");
}
