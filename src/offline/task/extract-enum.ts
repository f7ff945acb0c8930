import type { Strength } from "../request.ts";
import { contentStems } from "../stems.ts";
import { cueScore, letterOf, rarityAmong } from "./cue-score.ts";
import type { Reading } from "./reading.ts";

const alarm = /\b(?:urgent\w*|immediate\w*|emergency|asap|critical)\b/i;
const calm = /\b(?:not (?:an? )?(?:urgent|emergency)|no rush|not an urgent)\b/gi;

/**
 * One of the values. With definitions stated, the one whose cues the text holds; where the prompt is
 * silent, alarm words raise a scale (high … low) to its top and everything else gets its middle.
 */
export function pickEnum(
  text: string,
  values: readonly string[],
  reading: Reading,
  strength: Strength,
): string {
  const told = values.map((value) => reading.definitions.get(value.toLowerCase()) ?? []);
  const silent = silentChoice(text, values, strength);
  if (told.every((cues) => cues.length === 0)) return silent;
  const letter = letterOf(text);
  const weight = rarityAmong(told);
  const scores = values.map((value, at) => {
    const cues = told[at] ?? [];
    const score = cueScore(letter, cues, weight) / Math.sqrt(2 + cues.length);
    return score + (value === silent ? 0.3 : 0);
  });
  return values[scores.indexOf(Math.max(...scores))] ?? silent;
}

function silentChoice(text: string, values: readonly string[], strength: Strength): string {
  const top = values.find((value) => /^(?:high\w*|urgent|critical|p1|major)$/i.test(value));
  if (top !== undefined) {
    const heard = strength === "large" ? text.replace(calm, " ") : text;
    if (alarm.test(heard)) return top;
    if (strength === "large" && /\b(?:inquir\w+|interested in|information)\b/i.test(text))
      return values.find((value) => /^low/i.test(value)) ?? top;
    return (
      values.find((value) => /^(?:medium|normal|moderate|p2)$/i.test(value)) ??
      values[Math.floor(values.length / 2)] ??
      top
    );
  }
  const letter = letterOf(text);
  const named = values.find((value) =>
    contentStems(value.replace(/_/g, " ")).some((stem) => letter.body.has(stem)),
  );
  return named ?? values[0] ?? "";
}
