/** A shell block of a README, with the output shown below it. */
export interface ShellBlock {
  /** Line of the block's first command, counted from 1. */
  readonly line: number;
  readonly commands: readonly ShellCommand[];
  /** The following `text` block with only blank lines between; undefined if there is none. */
  readonly output: ShownOutput | undefined;
}

export interface ShellCommand {
  readonly line: number;
  /** One command line, continuation lines joined, comment lines left out. */
  readonly text: string;
}

export interface ShownOutput {
  /** Range of the block's text lines, counted from 0; the end is exclusive. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Finds every ```` ```sh ```` block of a Markdown text. */
export function readShellBlocks(markdown: string): readonly ShellBlock[] {
  const fences = readFences(markdown.split("\n"));
  return fences.flatMap((fence, at) => {
    if (fence.language !== "sh") return [];
    const next = fences[at + 1];
    const isBelow = next?.language === "text" && next.isRightBelow;
    return [
      {
        line: fence.from + 1,
        commands: commandsOf(fence),
        output: isBelow ? { from: next.from, to: next.to, text: next.lines.join("\n") } : undefined,
      },
    ];
  });
}

/** True if the line calls the tool: `dao-opt …` or `npx dao-opt …`, also after `cd x &&` or variables. */
export function callsTool(command: string): boolean {
  return /(^|[;&|]\s*|^(\w+=\S*\s+)+)(npx\s+)?dao-opt\b/.test(command);
}

interface Fence {
  readonly language: string;
  /** Index of the first line inside. */
  readonly from: number;
  /** Index of the closing fence. */
  readonly to: number;
  readonly lines: readonly string[];
  /** Only blank lines since the previous fence. */
  readonly isRightBelow: boolean;
}

function readFences(lines: readonly string[]): readonly Fence[] {
  const fences: Fence[] = [];
  let isRightBelow = false;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const opening = /^ {0,3}(`{3,}|~{3,})\s*(\S*)/.exec(line);
    if (opening === null) {
      if (line.trim() !== "") isRightBelow = false;
      continue;
    }
    const [, mark = "", language = ""] = opening;
    const closes = (other: string) => other.trim().startsWith(mark) && /^(`+|~+)$/.test(other.trim());
    const length = lines.slice(at + 1).findIndex(closes);
    const to = length === -1 ? lines.length : at + 1 + length;
    fences.push({ language, from: at + 1, to, lines: lines.slice(at + 1, to), isRightBelow });
    isRightBelow = true;
    at = to;
  }
  return fences;
}

function commandsOf(fence: Fence): readonly ShellCommand[] {
  const commands: ShellCommand[] = [];
  let open: ShellCommand | undefined;
  for (const [at, raw] of fence.lines.entries()) {
    const line = raw.trim().replace(/^\$ /, "");
    const text = open === undefined ? line : `${open.text} ${line}`;
    const start = open?.line ?? fence.from + at + 1;
    open = undefined;
    if (text === "" || text.startsWith("#")) continue;
    if (text.endsWith("\\")) open = { line: start, text: text.slice(0, -1).trimEnd() };
    else commands.push({ line: start, text });
  }
  return commands;
}
