import type { Random } from "../../core/random.ts";
import { estimateTokens } from "../../core/usage.ts";
import type { Strength } from "../request.ts";
import { addLessonLine, addLine, variable } from "./add-line.ts";
import type { OfflineLesson } from "./lesson.ts";

/** How well a model writes: what it takes up of a lesson, and how often it slips. */
const skill: Readonly<Record<Strength, { learn: number; forget: number; pad: number; slip: number }>> = {
  small: { learn: 0.6, forget: 0.2, pad: 0.3, slip: 0.06 },
  large: { learn: 0.85, forget: 0.07, pad: 0.15, slip: 0.04 },
};
const mostLessons = 2;
const padding = [
  "Read the text carefully before you answer.",
  "Take your time and be precise.",
  "You are an expert at this task.",
  "Quality matters more than speed here.",
];

export interface WritingRules {
  readonly locked: readonly string[];
  readonly maxTokens?: number;
  /** A second try after a refusal: nothing is dropped, padded or lost. */
  readonly isCareful: boolean;
}

/** A new instruction: at most two lessons taken up, and the usual imperfections of a writer. */
export function writeInstruction(
  current: string,
  lessons: readonly OfflineLesson[],
  rules: WritingRules,
  strength: Strength,
  random: Random,
): string {
  const { learn, forget, pad, slip } = skill[strength];
  const ranked = lessons
    .map((lesson) => ({ lesson, rank: lesson.weight * (0.6 + 0.8 * random.next()) }))
    .sort((one, other) => other.rank - one.rank)
    .slice(0, mostLessons)
    .filter(() => random.next() < learn)
    .map(({ lesson }) => lesson);
  let text = current;
  if (!rules.isCareful && random.next() < forget) text = withoutOneLine(text, rules.locked, random);
  for (const lesson of ranked) {
    const next = lesson.lines.reduce(addLessonLine, text);
    if (rules.maxTokens === undefined || estimateTokens(next) <= rules.maxTokens) text = next;
  }
  const chosen = random.pick(padding);
  const padded = addLine(text, chosen);
  const hasRoom = rules.maxTokens === undefined || estimateTokens(padded) <= rules.maxTokens;
  if (!rules.isCareful && hasRoom && random.next() < pad && !text.includes(chosen)) text = padded;
  if (!rules.isCareful && random.next() < slip) text = text.replace(variable, "the text");
  return text;
}

function withoutOneLine(text: string, locked: readonly string[], random: Random): string {
  const lines = text.split("\n");
  const candidates = lines.flatMap((line, at) => (at > 0 && isDroppable(line, locked) ? [at] : []));
  if (candidates.length === 0) return text;
  const drop = random.pick(candidates);
  return lines.filter((_, at) => at !== drop).join("\n");
}

function isDroppable(line: string, locked: readonly string[]): boolean {
  const words = line.trim();
  if (words.length < 12 || variable.test(words) || /one of|keys?\b/i.test(words)) return false;
  return !locked.some((span) => span.includes(words) || words.includes(span.split("\n")[0] ?? span));
}
