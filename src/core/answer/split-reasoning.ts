const beginning =
  /^\s*(?:<\|start\|>assistant)?(?:<\|channel\|>)?(?:analysis|commentary|final)\b[^<]*(?:<\|constrain\|>[^<]*)?<\|message\|>/;
const channel =
  /(?:^\s*|<\|channel\|>)(analysis|commentary|final)\b[^<]*(?:<\|constrain\|>[^<]*)?<\|message\|>/g;
const mark = /<\|(?:end|return|call|start|channel)\|>/;
/** Some servers remove the special tokens but leave their names in the text. */
const stripped = /^\s*analysis(?=\S)([\s\S]*)assistantfinal([\s\S]*)$/;

/**
 * Reads the channels of gpt-oss, which some servers forward as text: `final` is the answer, all others are
 * reasoning. Undefined if the text has none.
 */
function splitHarmony(text: string): SplitText | undefined {
  const plain = stripped.exec(text);
  if (plain !== null) return splitText([plain[1] ?? ""], (plain[2] ?? "").trimStart(), false);
  if (!beginning.test(text)) return undefined;
  const thoughts: string[] = [];
  let answer: string | undefined;
  for (const match of text.matchAll(channel)) {
    const rest = text.slice(match.index + match[0].length);
    const end = mark.exec(rest);
    const body = end === null ? rest : rest.slice(0, end.index);
    if (match[1] === "final") answer = `${answer ?? ""}${body}`;
    else thoughts.push(body);
  }
  return splitText(thoughts, (answer ?? "").trimStart(), answer === undefined);
}

/** The opening and closing marks of a reasoning block at the start of a text. */
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
 * Splits the reasoning off the start of a text: blocks such as `<think>`, `<thinking>` or `<reasoning>`, and
 * anything before an unopened `</think>` (some servers' chat templates open the block themselves). Later tags
 * belong to the answer.
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
  /** The text after the block; undefined if the block is not closed. */
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

/** A text split into reasoning and answer. */
interface SplitText {
  readonly text: string;
  /** Absent if there is no reasoning. */
  readonly reasoning?: string;
  /** Whether the reasoning is unclosed, so that there is no answer. */
  readonly isOpen: boolean;
}

/** Joins the reasoning blocks in order, without blank ones. */
function splitText(thoughts: readonly string[], text: string, isOpen: boolean): SplitText {
  const reasoning = thoughts.map((thought) => thought.trim()).filter((thought) => thought !== "");
  return { text, isOpen, ...(reasoning.length === 0 ? {} : { reasoning: reasoning.join("\n\n") }) };
}
