/** A fenced block of a text. */
export interface Block {
  /** What stands behind the opening fence. */
  readonly title: string;
  readonly body: string;
  readonly fence: string;
  /** The lines between the block before, or the beginning, and this one. */
  readonly before: readonly string[];
}

export interface FencedText {
  readonly blocks: readonly Block[];
  /** The lines outside of all blocks. */
  readonly words: readonly string[];
}

const fenceLine = /^[ \t]*(`{3,}|~{3,})[^`~\n]*$/;

/** Takes a text apart. A fence is closed by a bare one of its kind that is at least as long. */
export function readFencedText(text: string): FencedText {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
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
  return { blocks, words };
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
