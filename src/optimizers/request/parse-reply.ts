import type { Reflection } from "../../contracts/optimizer.ts";
import { plainText } from "./plain-text.ts";
import { repeatsRequest, withoutClosing } from "./repeated-request.ts";

/** A new text, or the reason why the reply has none. `kind` is the same for equal causes. */
type ParsedReply =
  | {
      readonly text: string;
      /** The reply has no complete fence but is clearly the whole text. */
      readonly isUnfenced?: true;
    }
  | {
      readonly kind: "cut_off" | "no_fence" | "open_fence" | "many_fences" | "empty" | "echo";
      readonly problem: string;
    };

/** What the reply must contain, and what it may not repeat. */
export interface WantedText {
  readonly fence: string;
  /** Name of the text: models repeat it after the fence or on the first line. */
  readonly name?: string;
  /** Variables the text must have. */
  readonly variables?: readonly string[];
  /** The text shown to be rewritten. */
  readonly current?: string;
  /** The text of the request. */
  readonly request?: string;
}

interface Block {
  readonly fence: string;
  /** The info string after the opening fence. */
  readonly info: string;
  readonly lines: readonly string[];
}

/**
 * Extracts the new text from a reply. Among several fenced blocks, it is the one with the wanted fence or
 * name that differs from the current text and keeps the variables. A reply without a complete block is accepted
 * only if it is clearly the whole text. A reply that was cut off by its length limit, or that repeats its
 * request, is rejected.
 */
export function parseReply(reply: Reflection, wanted: WantedText): ParsedReply {
  const { name = "", variables = [], request = "", current = "" } = wanted;
  const written = withoutThinking(reply.text);
  if (reply.isCutOff && !isCutAfterBlock(written, wanted))
    return { kind: "cut_off", problem: "the reply was cut off by its length limit" };
  const found = findText(withoutTags(written, current), wanted, (text) =>
    variables.every((one) => hasVariable(text, one)),
  );
  if (!("text" in found)) return found;
  const text = withoutRepeatedName(withoutClosing(found.text, request), name);
  return text.trim() === "" || repeatsRequest(text, request, current)
    ? { kind: "echo", problem: "the reply repeats the request instead of answering it" }
    : { ...found, text };
}

/** Small models explain their text after its block until the limit; the block is whole, and nothing else is read. */
function isCutAfterBlock(written: string, { fence, current = "" }: WantedText): boolean {
  const { blocks, open } = fencedBlocks(written, fence);
  const [block] = blocks;
  return open === undefined && blocks.length === 1 && block?.lines.join("\n").trim() !== current.trim();
}

const instructionTag = /^\s*<instruction[^>\n]*>\n([\s\S]*?)\n\s*<\/instruction>[ \t]*$/m;

/**
 * The reply without the tags of the short form. Models repeat the old text in its tags and write what is new behind
 * it, or write the new text in the tags and comments behind it.
 */
function withoutTags(written: string, current: string): string {
  const match = instructionTag.exec(written);
  if (match === null) return written;
  const inside = match[1] ?? "";
  if (inside.trim() !== current.trim()) return inside;
  const after = written.slice(match.index + match[0].length);
  return `${inside}${after}`;
}

function findText(
  written: string,
  { fence, name = "", variables = [], current = "" }: WantedText,
  isWhole: (text: string) => boolean,
): ParsedReply {
  const { blocks, open, before } = fencedBlocks(written, fence);
  const textOf = (block: Block) => withoutRepeatedName(bodyOf(block, name), name);
  const named = blocks.filter((block) => block.fence === fence || (name !== "" && block.info === name));
  const filled = (named.length > 0 ? named : blocks).filter(({ lines }) => lines.join("").trim() !== "");
  const changed = filled.filter((block) => textOf(block).trim() !== current.trim());
  const found = changed.length > 0 ? changed : filled;
  const whole = found.filter((block) => isWhole(textOf(block)));
  const isClear =
    variables.length > 0 ||
    new Set(whole.map(textOf)).size === 1 ||
    (fence.length > shortestFence && whole.every((block) => block.fence === fence));
  const block = isClear && whole.length > 0 ? whole.at(-1) : found.length === 1 ? found[0] : undefined;
  if (block !== undefined) return { text: textOf(block) };
  if (found.length > 1)
    return variables.length > 0
      ? { kind: "many_fences", problem: "the reply holds several fenced blocks, and none has the variables" }
      : { kind: "many_fences", problem: "the reply holds several fenced blocks with different texts" };
  if (blocks.length > 0 && open === undefined)
    return { kind: "empty", problem: "the fenced block of the reply is empty" };
  const loose = open === undefined ? written : before.trim() === "" ? textOf(open) : undefined;
  const text = loose === undefined ? undefined : plainText(loose);
  if (text !== undefined && isWhole(text)) return { text, isUnfenced: true };
  return open === undefined
    ? { kind: "no_fence", problem: "the reply holds no fenced block" }
    : { kind: "open_fence", problem: "the fenced block of the reply is never closed" };
}

const shortestFence = 3;

function hasVariable(text: string, variable: string): boolean {
  const name = variable.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`\\{\\{-?\\s*${name}\\b|\\{${name}\\}`).test(text);
}

function withoutThinking(text: string): string {
  return text.replace(/^\s*<(think|thinking|reasoning)>[\s\S]*?(<\/\1>|$)/, "");
}

/**
 * A block with the wanted fence is closed only by one at least as long; shorter fences inside belong to the
 * text. So do equal fences if the first of each pair names a language, as models write them.
 */
function fencedBlocks(text: string, wantedFence: string) {
  const nested = blocksOf(text, wantedFence, true);
  return nested.open === undefined ? nested : blocksOf(text, wantedFence, false);
}

function blocksOf(text: string, wantedFence: string, isNesting: boolean) {
  const lines = text.split(/\r?\n/);
  const start = Math.max(
    0,
    lines.findIndex((line) => markOf(line)?.fence === wantedFence),
  );
  const blocks: Block[] = [];
  let open: { fence: string; info: string; lines: string[]; at: number } | undefined;
  let isInside = false;
  for (const [at, line] of lines.entries()) {
    if (at < start) continue;
    const mark = markOf(line);
    if (open === undefined) {
      if (mark !== undefined) open = { fence: mark.fence, info: mark.rest, lines: [], at };
    } else if (mark?.rest === "" && mark.fence.length >= open.fence.length && !isInside) {
      blocks.push(open);
      open = undefined;
    } else {
      if (mark?.fence === open.fence) isInside = isNesting && /^\w+$/.test(mark.rest);
      open.lines.push(line);
    }
  }
  if (open === undefined) return { blocks, open, before: "" };
  const unclosed: Block = { ...open, lines: withoutStrayFence(open.lines) };
  return { blocks, open: unclosed, before: lines.slice(0, open.at).join("\n") };
}

/** A shorter fence on the last line that closes nothing inside was meant to close the block. */
function withoutStrayFence(lines: readonly string[]): readonly string[] {
  const end = lines.findLastIndex((line) => line.trim() !== "");
  const last = end === -1 ? undefined : markOf(lines[end] ?? "");
  if (last?.rest !== "") return lines;
  let inner: string | undefined;
  for (const line of lines.slice(0, end)) {
    const mark = markOf(line);
    if (mark === undefined) continue;
    if (inner === undefined) inner = mark.fence;
    else if (mark.rest === "" && mark.fence.length >= inner.length) inner = undefined;
  }
  return inner === undefined ? lines.slice(0, end) : lines;
}

function markOf(line: string): { readonly fence: string; readonly rest: string } | undefined {
  const match = /^\s{0,3}(`{3,})([^`]*)$/.exec(line);
  return match === null ? undefined : { fence: match[1] as string, rest: (match[2] as string).trim() };
}

/** One word after the fence is a language or the text's name; more than one is the beginning of the text. */
function bodyOf({ info, lines }: Block, name: string): string {
  return (/\s/.test(info) && info !== name ? [info, ...lines] : lines).join("\n");
}

/**
 * Removes the text's name from the first line, which models copy from the heading of the block they were
 * shown.
 */
function withoutRepeatedName(text: string, name: string): string {
  if (name === "") return text;
  const [first = "", ...rest] = text.split("\n");
  return first.trim() === name && rest.some((line) => line.trim() !== "") ? rest.join("\n") : text;
}
