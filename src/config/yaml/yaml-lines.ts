/** The lines of a text, for finding the cause of a parser error. Lines start at 0 here. */
export interface YamlLines {
  readonly text: string;
  readonly lines: readonly string[];
  /** Number of the line that contains an offset. */
  lineOf(offset: number): number;
  /** Offset of a line's first character. */
  startOf(line: number): number;
}

export function yamlLines(text: string): YamlLines {
  const lines = text.split(/\r\n|\n|\r/);
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
  return {
    text,
    lines,
    lineOf(offset) {
      const next = starts.findIndex((start) => start > offset);
      return next === -1 ? starts.length - 1 : next - 1;
    },
    startOf: (line) => starts[line] ?? text.length,
  };
}

/** Number of leading blanks and tabs. */
export function indentOf(line: string): number {
  return /^[ \t]*/.exec(line)?.[0].length ?? 0;
}

/** Whether the line has only blanks or a comment. */
export function isBlank(line: string): boolean {
  return /^\s*(#.*)?$/.test(line);
}

/** The key at the start of a line, after any dashes; undefined if there is none. */
export function keyOfLine(line: string): string | undefined {
  return /^\s*(?:- +)*(["']?)([\w./ -]+?)\1\s*:(?:\s|$)/.exec(line)?.[2];
}

/** The cause of a syntax error: one place, and what to do there. */
export interface SyntaxCause {
  readonly offset: number;
  readonly message: string;
  readonly hint?: string;
}

/** The first error of a parser. */
export interface SyntaxFault {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
}
