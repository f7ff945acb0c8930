import { type SplitText, splitText } from "./split-text.ts";

const beginning =
  /^\s*(?:<\|start\|>assistant)?(?:<\|channel\|>)?(?:analysis|commentary|final)\b[^<]*(?:<\|constrain\|>[^<]*)?<\|message\|>/;
const channel =
  /(?:^\s*|<\|channel\|>)(analysis|commentary|final)\b[^<]*(?:<\|constrain\|>[^<]*)?<\|message\|>/g;
const mark = /<\|(?:end|return|call|start|channel)\|>/;
/** What is left of the marks where a server removed the special tokens and kept their names. */
const stripped = /^\s*analysis(?=\S)([\s\S]*)assistantfinal([\s\S]*)$/;

/**
 * The channels of gpt-oss, which some servers pass on as they are: `final` is the answer, everything else is
 * thinking. Undefined for a text without them.
 */
export function splitHarmony(text: string): SplitText | undefined {
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
