import type { Strength } from "../request.ts";
import { contentStems } from "../stems.ts";

/**
 * An answer to a task of no known kind: the sentence of the data that shares most with the rest of
 * it and with the instruction, as an extract of what was given. It never adds a fact.
 */
export function freeAnswer(instruction: string, data: string, strength: Strength): string {
  const sentences = data
    .split(/(?<=[.!?])\s+|\n+/)
    .map((one) => one.trim())
    .filter((one) => one !== "");
  const counts = new Map<string, number>();
  for (const stem of contentStems(data)) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  for (const stem of contentStems(instruction))
    if (counts.has(stem)) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  const weigh = (sentence: string): number => {
    const stems = new Set(contentStems(sentence));
    return [...stems].reduce((sum, stem) => sum + (counts.get(stem) ?? 0), 0) / Math.sqrt(1 + stems.size);
  };
  const best = sentences.reduce((top, one) => (weigh(one) > weigh(top) ? one : top), sentences[0] ?? "");
  if (best === "") return "There is nothing to work on.";
  if (/\bupper-?case\b/i.test(instruction)) return best.toUpperCase();
  const isBare = /\b(?:only|nothing else|one sentence|short)\b/i.test(instruction);
  return isBare || strength === "large" ? best : `In short: ${best}`;
}
