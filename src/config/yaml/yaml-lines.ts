/** A text by its lines, for finding what a parser stumbled over. Lines count from 0 here. */
export interface YamlLines {
  readonly text: string;
  readonly lines: readonly string[];
  /** Number of the line an offset is in. */
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

/** Number of blanks and tabs that a line starts with. */
export function indentOf(line: string): number {
  return /^[ \t]*/.exec(line)?.[0].length ?? 0;
}

/** Is there nothing on the line but blanks or a comment? */
export function isBlank(line: string): boolean {
  return /^\s*(#.*)?$/.test(line);
}

/** The key that a line starts with, behind any dashes; undefined where there is none. */
export function keyOfLine(line: string): string | undefined {
  return /^\s*(?:- +)*(["']?)([\w./ -]+?)\1\s*:(?:\s|$)/.exec(line)?.[2];
}

/** What makes a text no YAML: one place, and what to do there. */
export interface SyntaxCause {
  readonly offset: number;
  readonly message: string;
  readonly hint?: string;
}

/** The first thing that a parser had against a text. */
export interface SyntaxFault {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
}
