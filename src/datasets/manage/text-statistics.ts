import { createRandom } from "../../core/random.ts";
import type { NumberList } from "../store/key-table.ts";

const mostLabels = 1_000;
const longestLabel = 200;

export interface LabelBalance {
  /** Number of different answers; null if they are too many or too long to be labels. */
  readonly distinct: number | null;
  /** Most frequent first; empty if the answers are not labels. */
  readonly labels: readonly { readonly label: string; readonly rows: number }[];
}

/** Counts answers until there are too many different ones. */
interface LabelCount {
  add(answer: string): void;
  balance(): LabelBalance;
}

export function createLabelCount(): LabelCount {
  let counts: Map<string, number> | undefined = new Map();
  return {
    add(answer) {
      const label = answer.trim();
      if (label.length > longestLabel) counts = undefined;
      if (counts === undefined) return;
      counts.set(label, (counts.get(label) ?? 0) + 1);
      if (counts.size > mostLabels) counts = undefined;
    },
    balance() {
      if (counts === undefined) return { distinct: null, labels: [] };
      const labels = [...counts].map(([label, rows]) => ({ label, rows }));
      labels.sort((one, other) => other.rows - one.rows || (one.label < other.label ? -1 : 1));
      return { distinct: labels.length, labels };
    },
  };
}

/** Lengths of texts. Half are at most `median`; 95 % are at most `p95`. */
export interface LengthSummary {
  readonly least: number;
  readonly median: number;
  readonly mean: number;
  readonly p95: number;
  readonly most: number;
}

/** Undefined if there are no texts. */
export function summarizeLengths(lengths: NumberList): LengthSummary | undefined {
  const sorted = lengths.toArray().sort();
  if (sorted.length === 0) return undefined;
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? (sorted[0] as number);
  let sum = 0;
  for (const length of sorted) sum += length;
  return {
    least: sorted[0] as number,
    median: at(0.5),
    mean: sum / sorted.length,
    p95: at(0.95),
    most: sorted[sorted.length - 1] as number,
  };
}

const mostCharacters = 4_000;

/** A seeded, uniform sample of bounded size (J. Vitter's algorithm R, 1985). */
interface TextSample {
  add(text: string): void;
  readonly texts: readonly string[];
  /** Number of texts added. */
  readonly seen: number;
}

export function createTextSample(size: number): TextSample {
  const random = createRandom("text-sample");
  const texts: string[] = [];
  let seen = 0;
  return {
    add(text) {
      seen++;
      const at = texts.length < size ? texts.length : random.integer(seen);
      // A slice would keep the whole text in memory.
      if (at < size)
        texts[at] = text.length > mostCharacters ? structuredClone(text.slice(0, mostCharacters)) : text;
    },
    texts,
    get seen() {
      return seen;
    },
  };
}
