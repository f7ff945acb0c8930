import type { Equation, Values } from "./solve-pieces.ts";

/** A range of a message's text, end exclusive. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Index of a message → its text, and the ranges of it that are template text. */
export type Cover = ReadonlyMap<number, { readonly text: string; readonly stretches: readonly Stretch[] }>;

/**
 * Number of letters and digits that one template must cover beyond another to win. A variable value that
 * contains this many characters of another template, at their exact place, was produced by that template.
 */
export const significantLetters = 12;

export function coverOf(equations: ReadonlyMap<number, Equation>, values: Values): Cover {
  return new Map(
    [...equations].map(([index, { pieces, text }]) => {
      const stretches: Stretch[] = [];
      let at = 0;
      for (const piece of pieces) {
        const length = (typeof piece === "string" ? piece : (values.get(piece.variable) ?? "")).length;
        if (typeof piece === "string" && length > 0) stretches.push({ start: at, end: at + length });
        at += length;
      }
      return [index, { text, stretches }];
    }),
  );
}

/**
 * True if `specific` is the better interpretation of the same messages: it covers all template text of
 * `general`, and enough more in one range that no variable of `general` would contain it by chance.
 */
export function isMoreSpecific(specific: Cover, general: Cover): boolean {
  for (const [index, { stretches }] of general) {
    const own = specific.get(index)?.stretches ?? [];
    const isHeld = stretches.every(({ start, end }) =>
      own.some((other) => other.start <= start && other.end >= end),
    );
    if (!isHeld) return false;
  }
  for (const [index, { text, stretches }] of specific) {
    for (const stretch of stretches) {
      const beyond = without(stretch, general.get(index)?.stretches ?? []);
      if (beyond.some(({ start, end }) => countLetters(text.slice(start, end)) >= significantLetters))
        return true;
    }
  }
  return false;
}

function without(stretch: Stretch, taken: readonly Stretch[]): readonly Stretch[] {
  return taken.reduce(
    (rest: readonly Stretch[], { start, end }) =>
      rest.flatMap((one) =>
        end <= one.start || start >= one.end
          ? [one]
          : [
              { start: one.start, end: Math.min(one.end, start) },
              { start: Math.max(one.start, end), end: one.end },
            ].filter((part) => part.end > part.start),
      ),
    [stretch],
  );
}

/** Number of letters and digits. */
export function countLetters(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}
