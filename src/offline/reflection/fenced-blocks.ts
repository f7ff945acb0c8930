import { type FailureRecord, failureRecord } from "./reflection-reading.ts";

/** Blocks that belong together: the fields of a row, or a single block. */
export interface BlockGroup {
  readonly blocks: readonly [Block, ...Block[]];
  /** Number of nonblank lines before the first block. */
  readonly gap: number;
  readonly score: string;
  readonly feedback: string;
}

/** Lines between the last field of a row and its feedback: a score between two headings. */
const linesAroundScore = 3;

/**
 * Groups the unnamed blocks. One line between two blocks separates fields of a row. After the fields comes the
 * score on its own line, and after another heading possibly feedback.
 */
export function groupBlocks(shown: readonly Block[], end: Block): readonly BlockGroup[] {
  const groups: BlockGroup[] = [];
  let open: BlockGroup | undefined;
  const close = (words: readonly string[], feedback = ""): void => {
    if (open !== undefined) {
      const score = open.blocks.length > 1 ? (words[1] ?? "") : "";
      groups.push({ ...open, score, feedback });
    }
    open = undefined;
  };
  for (const block of shown) {
    const words = linesWithWords(block.before);
    const isNamed = block.title !== "";
    if (open !== undefined && !isNamed && words.length === 1) {
      open = { ...open, blocks: [...open.blocks, block] };
      continue;
    }
    if (open !== undefined && !isNamed && open.blocks.length > 1 && words.length === linesAroundScore) {
      close(words, block.body);
      continue;
    }
    close(words);
    if (!isNamed) open = { blocks: [block], gap: words.length, score: "", feedback: "" };
  }
  close(linesWithWords(end.before));
  return groups;
}

/**
 * Inputs, answer, tool calls, steps, expected answer, expected facts, in this order; all but the first two are
 * optional.
 */
export function recordOfBlocks({ blocks, score, feedback }: BlockGroup): FailureRecord {
  const [input, output, ...rest] = blocks.map(({ body }) => body);
  const answers = rest.filter((body) => !isCalls(body) && !isFacts(body) && !isSteps(body));
  const expected = answers.at(-1) ?? "";
  return failureRecord({ input: input ?? "", output: output ?? "", expected, score, feedback });
}

function isCalls(body: string): boolean {
  return body.split("\n").every((line) => /^[\w.-]+\(.*\)$/.test(line));
}

function isFacts(body: string): boolean {
  return body.split("\n").every((line) => line.startsWith("- "));
}

function isSteps(body: string): boolean {
  try {
    return Array.isArray(JSON.parse(body));
  } catch {
    return false;
  }
}

/** A fenced block in a text. */
export interface Block {
  /** The text after the opening fence. */
  readonly title: string;
  readonly body: string;
  readonly fence: string;
  /** The lines between the previous block, or the start, and this one. */
  readonly before: readonly string[];
}

export interface FencedText {
  readonly blocks: readonly Block[];
  /** The lines outside all blocks. */
  readonly words: readonly string[];
  /** The lines after the last block. */
  readonly after: readonly string[];
  /** True if a text stands in tags with its name, not in a fence. */
  readonly isTagged: boolean;
}

const fenceLine = /^[ \t]*(`{3,}|~{3,})[^`~\n]*$/;

/** A text in tags with its name is a named block too. */
const namedTag = /^<([a-z]+) name="([^"\n]+)">\n([\s\S]*?)\n<\/\1>$/gm;

function tagAsFence(_: string, __: string, name: string, body: string): string {
  const runs = body.match(/`+/g) ?? [];
  const fence = "`".repeat(runs.reduce((most, run) => Math.max(most, run.length + 1), 3));
  return `${fence}${name}\n${body}\n${fence}`;
}

/**
 * Splits a text into fenced blocks and other lines. A fence is closed by a bare fence of the same kind that is at
 * least as long.
 */
export function readFencedText(text: string): FencedText {
  const lines = text.replaceAll("\r\n", "\n").replace(namedTag, tagAsFence).split("\n");
  const blocks: Block[] = [];
  const words: string[] = [];
  let before: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const fence = fenceLine.exec(line)?.[1];
    const end = fence === undefined ? -1 : closingLine(lines, at, fence);
    if (fence === undefined || end < 0) {
      before.push(line);
      words.push(line);
      continue;
    }
    const title = line.trim().slice(fence.length).trim();
    blocks.push({ title, body: lines.slice(at + 1, end).join("\n"), fence, before });
    before = [];
    at = end;
  }
  return { blocks, words, after: before, isTagged: text.search(namedTag) !== -1 };
}

function closingLine(lines: readonly string[], start: number, fence: string): number {
  return lines.findIndex((line, at) => {
    const bare = line.trim();
    return at > start && bare.length >= fence.length && bare === fence.charAt(0).repeat(bare.length);
  });
}

export function linesWithWords(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line.trim() !== "");
}
