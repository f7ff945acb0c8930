import type { Strength } from "../request.ts";
import { contentStems } from "../stems.ts";
import { cueScore, letterOf, rarityAmong } from "./cue-score.ts";
import type { Reading } from "./reading.ts";

/** A category counts when it scores at least this share of the best one. */
const shareOfBest: Readonly<Record<Strength, number>> = { small: 0.35, large: 0.5 };
const shareWhenTold = 0.6;

/**
 * The categories a text falls into, by the words of their names and stated definitions. Without a
 * stated limit many are set; with one, only the best.
 */
export function pickFlags(
  text: string,
  names: readonly string[],
  reading: Reading,
  strength: Strength,
): ReadonlySet<string> {
  const cues = names.map((name) => [
    ...new Set([
      ...contentStems(name.replace(/[_-]/g, " ")),
      ...(reading.definitions.get(name.toLowerCase()) ?? []),
    ]),
  ]);
  const letter = letterOf(text);
  const weight = rarityAmong(cues);
  const scored = names
    .map((name, at) => ({
      name,
      at,
      score: cueScore(letter, cues[at] ?? [], weight) / Math.sqrt(2 + (cues[at]?.length ?? 0)),
    }))
    .sort((one, other) => other.score - one.score || one.at - other.at);
  const best = scored[0]?.score ?? 0;
  if (best <= 0) return new Set(names.filter((name) => /general|other|misc/i.test(name)).slice(0, 1));
  const cap = reading.rules.maxFlags;
  const least = best * (cap === undefined ? shareOfBest[strength] : shareWhenTold);
  return new Set(
    scored
      .slice(0, cap ?? names.length)
      .filter(({ score }) => score >= least)
      .map(({ name }) => name),
  );
}
