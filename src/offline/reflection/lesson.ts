import { contentStems } from "../stems.ts";

const mostShared = 0.5;

/**
 * Words that distinguish texts of one kind: in most of its texts, in few of the rest, those of a subject line
 * first. Up to `limit`, best first.
 */
export function cueWords(
  own: readonly string[],
  others: readonly string[],
  limit: number,
  known: ReadonlySet<string>,
): string[] {
  const counts = new Map<string, { word: string; count: number; first: number }>();
  own.forEach((text) => {
    const subject = new Set(
      surfaceWords(/^\s*subject\s*:\s*(.+)$/im.exec(text)?.[1] ?? "").map(({ stem }) => stem),
    );
    const seen = new Set<string>();
    for (const [first, { word, stem }] of surfaceWords(text.replace(/\[[^\]\n]*\]/g, " ")).entries()) {
      if (seen.has(stem) || known.has(stem)) continue;
      seen.add(stem);
      const entry = counts.get(stem) ?? { word, count: 0, first };
      counts.set(stem, { ...entry, count: entry.count + (subject.has(stem) ? 2.5 : 1) });
    }
  });
  const elsewhere = others.map((text) => new Set(contentStems(text)));
  const shareElsewhere = (stem: string): number =>
    elsewhere.length === 0 ? 0 : elsewhere.filter((stems) => stems.has(stem)).length / elsewhere.length;
  return [...counts]
    .map(([stem, { word, count, first }]) => ({
      word,
      first,
      shared: shareElsewhere(stem),
      weight: (count / own.length) * (1 - shareElsewhere(stem)),
    }))
    .filter(({ shared, word }) => shared <= mostShared && word.length > 2)
    .sort((one, other) => other.weight - one.weight || one.first - other.first)
    .slice(0, limit)
    .map(({ word }) => word);
}

function surfaceWords(text: string): { word: string; stem: string }[] {
  const words =
    text
      .toLowerCase()
      .replaceAll("’", "'")
      .match(/[\p{L}][\p{L}-]+/gu) ?? [];
  return words.flatMap((word) => {
    const [stem, ...rest] = contentStems(word);
    return stem === undefined || rest.length > 2 ? [] : [{ word, stem }];
  });
}

/** A lesson that a reflection may write into the prompt. */
export interface OfflineLesson {
  /** How many of the shown failures it would fix. */
  readonly weight: number;
  /** Lines to add: one for a rule, several if the failures show the meaning of several labels. */
  readonly lines: readonly LessonLine[];
}

export interface LessonLine {
  readonly text: string;
  /**
   * Set for the meaning of a label or value: a line with the same start is extended with the words instead of
   * repeated.
   */
  readonly about?: { readonly start: string; readonly words: readonly string[] };
}

/** A rule on one line. */
export function rule(weight: number, text: string): OfflineLesson {
  return { weight, lines: [{ text }] };
}

/** The meaning of a label or value, by its typical words. */
export function hint(start: string, words: readonly string[]): LessonLine {
  return { text: `${start} ${words.join(", ")}`, about: { start, words } };
}
