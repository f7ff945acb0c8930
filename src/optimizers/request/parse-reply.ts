import type { Reflection } from "../../contracts/optimizer.ts";

// Typical opening and closing phrases around the text of a reply.
const preamble =
  /^(sure|certainly|of course|okay|ok|absolutely|great|here('s| is| are)?|below|the (new|improved|revised|updated|complete|rewritten|following)|this is|i('m|'ve| am| have| will| would| can| cannot| can't)|let me|to (improve|make|fix)|note|sorry|unfortunately|as an ai)\b/i;
const comment =
  /^(explanation|note|notes|changes|rationale|why|this (prompt|text|version|rewrite|revision)|the (changes|new text|revised|updated)|i('ve| have)|let me know|with (this|these))\b/i;
/** Headings of the requests: a reply with one of them repeats its request. */
const requestHeading =
  /^# (Current instructions|Examples|What must stay|What to do|Your reply|Rewrites|Objective)\s*$/m;

/** The text of a reply without a complete fence; undefined if any part of it may address the reader. */
function plainText(reply: string): string | undefined {
  const text = reply.trim();
  if (text === "" || requestHeading.test(text) || /^\s{0,3}`{3,}/m.test(text)) return undefined;
  const paragraphs = text.split(/\n\s*\n/);
  const [first = "", ...others] = paragraphs;
  const [line = ""] = first.split("\n");
  if (preamble.test(line.trim())) return undefined;
  const last = others.at(-1);
  return last !== undefined && comment.test(last.trim()) ? undefined : text;
}

/** A new text, or the reason why the reply has none. `kind` is the same for equal causes. */
type ParsedReply =
  | {
      readonly text: string;
      /** The reply has no complete fence but is clearly the whole text. */
      readonly isUnfenced?: true;
    }
  | {
      readonly kind: "cut_off" | "no_fence" | "open_fence" | "many_fences" | "empty";
      readonly problem: string;
    };

/** What the reply must contain. */
interface WantedText {
  readonly fence: string;
  /** Name of the text: models repeat it after the fence or on the first line. */
  readonly name?: string;
  /** Variables the text must have. */
  readonly variables?: readonly string[];
}

interface Block {
  readonly fence: string;
  /** The info string after the opening fence. */
  readonly info: string;
  readonly lines: readonly string[];
}

/**
 * Extracts the new text from a reply. Among several fenced blocks, it is the one with the wanted fence or
 * name, otherwise the last one that keeps the variables. A reply without a complete block is accepted only if
 * it is clearly the whole text: it has every variable and no preamble. A reply cut off by its length limit is
 * rejected.
 */
export function parseReply(reply: Reflection, wanted: WantedText | string): ParsedReply {
  const { fence, name = "", variables = [] } = typeof wanted === "string" ? { fence: wanted } : wanted;
  if (reply.isCutOff) return { kind: "cut_off", problem: "the reply was cut off by its length limit" };
  const written = withoutThinking(reply.text);
  const { blocks, open, before } = fencedBlocks(written, fence);
  const textOf = (block: Block) => withoutRepeatedName(bodyOf(block, name), name);
  const isWhole = (text: string) => variables.every((variable) => hasVariable(text, variable));
  const named = blocks.filter((block) => block.fence === fence || (name !== "" && block.info === name));
  const found = (named.length > 0 ? named : blocks).filter(({ lines }) => lines.join("").trim() !== "");
  const whole = found.filter((block) => isWhole(textOf(block)));
  const block = whole.at(-1) ?? (found.length === 1 || named.length > 0 ? found.at(-1) : undefined);
  if (block !== undefined) return { text: textOf(block) };
  if (found.length > 1)
    return {
      kind: "many_fences",
      problem: "the reply holds several fenced blocks, and none has the variables",
    };
  if (blocks.length > 0 && open === undefined)
    return { kind: "empty", problem: "the fenced block of the reply is empty" };
  const loose = open === undefined ? written : before.trim() === "" ? textOf(open) : undefined;
  const text = loose === undefined ? undefined : plainText(loose);
  if (text !== undefined && variables.length > 0 && isWhole(text)) return { text, isUnfenced: true };
  return open === undefined
    ? { kind: "no_fence", problem: "the reply holds no fenced block" }
    : { kind: "open_fence", problem: "the fenced block of the reply is never closed" };
}

function hasVariable(text: string, variable: string): boolean {
  const name = variable.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`\\{\\{-?\\s*${name}\\b|\\{${name}\\}`).test(text);
}

function withoutThinking(text: string): string {
  return text.replace(/^\s*<(think|thinking|reasoning)>[\s\S]*?(<\/\1>|$)/, "");
}

/**
 * A block with the wanted fence is closed only by one at least as long; shorter fences inside belong to the
 * text.
 */
function fencedBlocks(text: string, wantedFence: string) {
  const lines = text.split(/\r?\n/);
  const start = Math.max(
    0,
    lines.findIndex((line) => markOf(line)?.fence === wantedFence),
  );
  const blocks: Block[] = [];
  let open: { fence: string; info: string; lines: string[]; at: number } | undefined;
  for (const [at, line] of lines.entries()) {
    if (at < start) continue;
    const mark = markOf(line);
    if (open === undefined) {
      if (mark !== undefined) open = { fence: mark.fence, info: mark.rest, lines: [], at };
    } else if (mark?.rest === "" && mark.fence.length >= open.fence.length) {
      blocks.push(open);
      open = undefined;
    } else open.lines.push(line);
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
