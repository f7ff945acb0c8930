import { splitHarmony } from "./split-harmony.ts";
import { type SplitText, splitText } from "./split-text.ts";

/** What opens a block of thinking at the beginning of a text, and what closes it. */
interface Block {
  readonly opening: RegExp;
  closing(opened: RegExpExecArray): RegExp;
}

const blocks: readonly Block[] = [
  // `<thought>`: Gemini; `<seed:think>`: ByteDance.
  {
    opening: /^\s*<((?:[a-z]+:)?(?:think|thinking|thought|reasoning))\s*>/i,
    closing: ([, tag]) => new RegExp(`</${tag}\\s*>`, "i"),
  },
  // Magistral's special tokens.
  { opening: /^\s*\[THINK\]/, closing: () => /\[\/THINK\]/ },
  // Kimi.
  { opening: /^\s*◁think▷/, closing: () => /◁\/think▷/ },
  // Command A.
  { opening: /^\s*<\|START_THINKING\|>/, closing: () => /<\|END_THINKING\|>/ },
  // Gemma.
  { opening: /^\s*<\|channel>thought\b/, closing: () => /<channel\|>/ },
];
const loneClosing = /<\/think\s*>/i;
const anyOpening = /<think\s*>/i;

/**
 * Takes the thinking off the beginning of a text: blocks of `<think>`, `<thinking>` or `<reasoning>` and their
 * like, and whatever stands before a `</think>` that nothing opens (templates of some servers open the block
 * themselves). Tags further on belong to the answer.
 */
export function splitReasoning(text: string): SplitText {
  const harmony = splitHarmony(text);
  if (harmony !== undefined) return harmony;
  const thoughts: string[] = [];
  let rest = text;
  for (;;) {
    const block = leadingBlock(rest);
    if (block === undefined) break;
    thoughts.push(block.thought);
    if (block.rest === undefined) return splitText(thoughts, "", true);
    rest = block.rest;
  }
  return thoughts.length === 0 ? { text, isOpen: false } : splitText(thoughts, rest.trimStart(), false);
}

interface LeadingBlock {
  readonly thought: string;
  /** What follows the block; undefined when it never closes. */
  readonly rest?: string;
}

function leadingBlock(text: string): LeadingBlock | undefined {
  for (const { opening, closing } of blocks) {
    const opened = opening.exec(text);
    if (opened === null) continue;
    const body = text.slice(opened[0].length);
    const closed = closing(opened).exec(body);
    if (closed === null) return { thought: body };
    return { thought: body.slice(0, closed.index), rest: body.slice(closed.index + closed[0].length) };
  }
  const lone = loneClosing.exec(text);
  if (lone === null || anyOpening.test(text.slice(0, lone.index))) return undefined;
  return { thought: text.slice(0, lone.index), rest: text.slice(lone.index + lone[0].length) };
}
