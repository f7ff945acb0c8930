import type { Random } from "../../core/random.ts";
import { estimateTokens } from "../../core/usage.ts";
import type { Strength } from "../request.ts";
import type { LessonLine, OfflineLesson } from "./lesson.ts";

export const variable = /\{\{\s*[\w.-]+\s*\}\}/;

/** Maximum number of words in a line about one label. */
const mostWords = 16;

/** Hints about a label extend its existing line; every other statement gets its own line. */
export function addLessonLine(text: string, line: LessonLine): string {
  const { about } = line;
  if (about === undefined) return text.includes(line.text) ? text : addLine(text, line.text);
  const lines = text.split("\n");
  const at = lines.findIndex((one) => one.trim().toLowerCase().startsWith(about.start.toLowerCase()));
  if (at >= 0) {
    lines[at] = extended((lines[at] ?? "").trimEnd(), about.start.length, about.words);
    return lines.join("\n");
  }
  const bare = lines.findIndex((one) => `${one.trim()}:` === about.start);
  if (bare < 0) return addLine(text, line.text);
  lines[bare] = line.text;
  return lines.join("\n");
}

function extended(line: string, from: number, words: readonly string[]): string {
  const known = new Set(
    line
      .slice(from)
      .toLowerCase()
      .split(/[\s,]+/),
  );
  const fresh = words.filter((word) => !known.has(word)).slice(0, Math.max(0, mostWords - known.size));
  if (fresh.length === 0) return line;
  return `${line.replace(/[.,]$/, "")}${line.endsWith(":") ? " " : ", "}${fresh.join(", ")}`;
}

/** Statements go before the row's own text; a text without variables gets them at the end. */
function addLine(text: string, line: string): string {
  const lines = text.split("\n");
  const found = lines.findIndex((one) => variable.test(one));
  const isRow = found >= 0 && (found > 0 || /^\s*[\w -]{0,24}:?\s*["'`]?\{\{/.test(lines[found] ?? ""));
  if (!isRow) return `${text.trimEnd()}\n${line}`;
  let at = found;
  while (at > 0 && isRowOpening(lines[at - 1] ?? "")) at -= 1;
  return [...lines.slice(0, at), line, ...lines.slice(at)].join("\n");
}

function isRowOpening(line: string): boolean {
  return (
    line.trim() === "" || /^\s*(?:`{3,}.*|~{3,}.*|"""|<[^/>][^>]*>|#{0,4}\s*[\w ]{1,24}:)\s*$/.test(line)
  );
}

/** How well a model writes: how much of a lesson it learns, and how often it makes mistakes. */
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

interface WritingRules {
  readonly locked: readonly string[];
  readonly maxTokens?: number;
  /** A second try after a rejection: nothing is dropped, padded or lost. */
  readonly isCareful: boolean;
}

/** A new instruction: applies at most two lessons, with the usual imperfections of a writer. */
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
