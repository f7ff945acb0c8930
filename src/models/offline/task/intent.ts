import { remember } from "../remember.ts";
import type { Strength } from "../request.ts";
import { contentStems } from "../stems.ts";
import type { Reading } from "./reading.ts";

/** Weight of a word from a stated definition against one from the label's own name. */
const definitionWeight = 0.9;
const nearWeight = 0.3;

interface LabelWords {
  readonly label: string;
  readonly name: readonly string[];
  readonly told: ReadonlySet<string>;
}

interface LabelIndex {
  readonly labels: readonly LabelWords[];
  weight(stem: string): number;
}

const indexes = new WeakMap<Reading, LabelIndex>();

/** The listed label whose name and stated definition share most with the text. */
export function intentOf(text: string, reading: Reading, strength: Strength): string {
  const index = indexes.get(reading) ?? buildIndex(reading);
  indexes.set(reading, index);
  const stems = [...new Set(contentStems(text))];
  let best = { label: reading.labels[0] ?? "", score: -1 };
  for (const words of index.labels) {
    const score = scoreOf(words, stems, index, strength);
    if (score > best.score) best = { label: words.label, score };
  }
  return best.label;
}

function scoreOf(words: LabelWords, stems: readonly string[], index: LabelIndex, strength: Strength): number {
  let named = 0;
  let told = 0;
  let total = 0.5;
  for (const stem of words.name) {
    const weight = strength === "large" || words.told.size > 0 ? index.weight(stem) : 1;
    total += weight;
    if (stems.includes(stem)) named += weight;
    else if (stems.some((one) => isNear(one, stem)))
      named += weight * (strength === "large" ? 0.7 : nearWeight);
  }
  for (const stem of stems) if (words.told.has(stem)) told += index.weight(stem);
  return named / Math.sqrt(total) + (definitionWeight * told) / Math.sqrt(1 + words.told.size / 4);
}

const nearness = remember((pair) => {
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
  const labels = reading.labels.map((label) => ({
    label,
    name: [...new Set(contentStems(label.replace(/[_-]/g, " ")))],
    told: new Set(reading.definitions.get(label.toLowerCase()) ?? []),
  }));
  const spread = new Map<string, number>();
  for (const { name, told } of labels) {
    for (const stem of new Set([...name, ...told])) spread.set(stem, (spread.get(stem) ?? 0) + 1);
  }
  return { labels, weight: (stem) => Math.log(1 + labels.length / (1 + (spread.get(stem) ?? 0))) };
}

/** A label of the model's own making, for a prompt that lists none. */
export function inventLabel(text: string): string {
  const stems = text.toLowerCase().match(/[a-z]{4,}/g) ?? ["general"];
  const counted = [...new Set(stems)].filter((word) => contentStems(word).length > 0);
  const longest = counted
    .sort((one, other) => other.length - one.length || one.localeCompare(other))
    .slice(0, 2);
  return longest.length === 0 ? "general question" : longest.join(" ");
}
