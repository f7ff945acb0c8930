import type { LessonLine } from "./lesson.ts";

export const variable = /\{\{\s*[\w.-]+\s*\}\}/;

/** Words about one label make one line, of at most so many. */
const mostWords = 16;

/** Hints about a label that has a line extend it; every other statement gets a line of its own. */
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

/** Statements go before the row's own words; a text without a variable gets them at its end. */
export function addLine(text: string, line: string): string {
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
