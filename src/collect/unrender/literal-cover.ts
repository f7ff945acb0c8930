import type { Equation, Values } from "./solve-pieces.ts";

/** A stretch of a message's text, from `start` to before `end`. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Index of a message → its text, and the stretches of it that are words of the template. */
export type Cover = ReadonlyMap<number, { readonly text: string; readonly stretches: readonly Stretch[] }>;

/**
 * Letters and digits that one template must say beyond another to win over it. A variable's text that holds
 * so many words of another template, at its very place and to the letter, was made by that template.
 */
export const tellingCharacters = 12;

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
 * Is `specific` the better reading of the same messages? Every word that is `general`'s own must be its own
 * too, and it must say enough more, in one stretch, that no variable of `general` would hold it by chance.
 */
export function saysMore(specific: Cover, general: Cover): boolean {
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
      if (beyond.some(({ start, end }) => wordCharacters(text.slice(start, end)) >= tellingCharacters))
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
export function wordCharacters(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}
