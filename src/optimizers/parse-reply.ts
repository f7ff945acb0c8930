import type { Reflection } from "../contracts/optimizer.ts";

/** A new text, or why the reply holds none. `kind` is the same for equal causes. */
export type ParsedReply =
  | { readonly text: string }
  | {
      readonly kind: "cut_off" | "no_fence" | "open_fence" | "many_fences" | "empty";
      readonly problem: string;
    };

interface Block {
  readonly fence: string;
  readonly text: string;
}

/**
 * Takes the one fenced block out of a reply. Nothing is guessed: prose without a fence, thinking that
 * never ends, two blocks or a reply cut off by length are no new text.
 */
export function parseReply(reply: Reflection, wantedFence: string): ParsedReply {
  if (reply.isCutOff) return { kind: "cut_off", problem: "the reply was cut off by its length limit" };
  const { blocks, isOpen } = fencedBlocks(withoutThinking(reply.text), wantedFence);
  const wanted = blocks.filter(({ fence }) => fence === wantedFence);
  const found = wanted.length > 0 ? wanted : blocks;
  const [block] = found;
  if (found.length > 1) return { kind: "many_fences", problem: "the reply holds more than one fenced block" };
  if (block === undefined) {
    return isOpen
      ? { kind: "open_fence", problem: "the fenced block of the reply is never closed" }
      : { kind: "no_fence", problem: "the reply holds no fenced block" };
  }
  if (block.text.trim() === "") return { kind: "empty", problem: "the fenced block of the reply is empty" };
  return { text: block.text };
}

function withoutThinking(text: string): string {
  return text.replace(/^\s*<(think|thinking|reasoning)>[\s\S]*?(<\/\1>|$)/, "");
}

/** A block opened by the wanted fence is closed by nothing shorter: fences inside belong to the text. */
function fencedBlocks(text: string, wantedFence: string) {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => markOf(line)?.fence === wantedFence);
  const blocks: Block[] = [];
  let open: { fence: string; lines: string[] } | undefined;
  for (const line of start === -1 ? lines : lines.slice(start)) {
    const mark = markOf(line);
    if (open === undefined) {
      if (mark !== undefined) open = { fence: mark.fence, lines: firstLine(mark.rest) };
    } else if (mark?.rest === "" && mark.fence.length >= open.fence.length) {
      blocks.push({ fence: open.fence, text: open.lines.join("\n") });
      open = undefined;
    } else open.lines.push(line);
  }
  return { blocks, isOpen: open !== undefined };
}

function markOf(line: string): { readonly fence: string; readonly rest: string } | undefined {
  const match = /^\s{0,3}(`{3,})([^`]*)$/.exec(line);
  return match === null ? undefined : { fence: match[1] as string, rest: (match[2] as string).trim() };
}

/** One word behind the fence names a language; more than one is the text's own beginning. */
function firstLine(rest: string): string[] {
  return /\s/.test(rest) ? [rest] : [];
}
