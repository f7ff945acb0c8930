// How models open a reply that is not the text itself, and how they close one.
const preamble =
  /^(sure|certainly|of course|okay|ok|absolutely|great|here('s| is| are)?|below|the (new|improved|revised|updated|complete|rewritten|following)|this is|i('m|'ve| am| have| will| would| can| cannot| can't)|let me|to (improve|make|fix)|note|sorry|unfortunately|as an ai)\b/i;
const comment =
  /^(explanation|note|notes|changes|rationale|why|this (prompt|text|version|rewrite|revision)|the (changes|new text|revised|updated)|i('ve| have)|let me know|with (this|these))\b/i;
/** Headings of the requests: a reply that has them repeats its request. */
const requestHeading =
  /^# (Current instructions|Examples|What must stay|What to do|Your reply|Rewrites|Objective)\s*$/m;

/** A reply without a complete fence, where nothing in it speaks to the reader; undefined where something may. */
export function plainText(reply: string): string | undefined {
  const text = reply.trim();
  if (text === "" || requestHeading.test(text) || /^\s{0,3}`{3,}/m.test(text)) return undefined;
  const paragraphs = text.split(/\n\s*\n/);
  const [first = "", ...others] = paragraphs;
  const [line = ""] = first.split("\n");
  if (preamble.test(line.trim())) return undefined;
  const last = others.at(-1);
  return last !== undefined && comment.test(last.trim()) ? undefined : text;
}
