// Typical opening and closing phrases around the text of a reply.
const preamble =
  /^(sure|certainly|of course|okay|ok|absolutely|great|here(['’]s| is| are)?|below|the (new|improved|revised|updated|complete|rewritten|following)|this is|i(['’]m|['’]ve| am| have| will| would| can| cannot| can['’]t)|let me|to (improve|make|fix)|note|sorry|unfortunately|as an ai|please (provide|share|send|give me))\b/i;
const comment =
  /^\W*(explanation|note|notes|changes|rationale|why|this (prompt|text|version|rewrite|revision|instruction)|the (changes|new text|revised|updated)|i(['’]ve| have)|let me know|with (this|these)|feel free)\b/i;
const title =
  /^\W*((new|revised|improved|better|updated|rewritten) )?(instructions?|prompt)( for the assistant)?\W*$/i;
// A first line that ends with a colon may also begin the text: `The following labels are allowed:`.
const announcement =
  /^[\p{L}’'!,. ]{0,20}:$|\b(instructions?|prompt|version|rewrite|(new|revised|improved|better|updated|rewritten|complete) text)\b.*:$/iu;
const separator = /^\s*([-*_=]\s*){3,}$/;

/**
 * The text of a reply without a complete fence. A first line that announces the text (`Here is …:`), its title and
 * lines of dashes are removed. Undefined if any other part may address the reader.
 */
export function plainText(reply: string): string | undefined {
  const text = withoutFrame(reply.trim());
  if (text === "" || /^\s{0,3}`{3,}/m.test(text)) return undefined;
  const paragraphs = text.split(/\n\s*\n/);
  const [first = "", ...others] = paragraphs;
  const [line = ""] = first.split("\n");
  if (preamble.test(line.trim())) return undefined;
  const last = others.at(-1);
  return last !== undefined && comment.test(last.trim()) ? undefined : text;
}

function withoutFrame(text: string): string {
  let lines = text.split("\n");
  const isDropped = (line: string, at: number) =>
    line.trim() === "" ||
    separator.test(line) ||
    title.test(line) ||
    (at === 0 && preamble.test(line.trim()) && announcement.test(line.trim()));
  const start = lines.findIndex((line, at) => !isDropped(line, at));
  if (start === -1) return "";
  lines = lines.slice(start);
  const end = lines.findLastIndex((line) => line.trim() !== "" && !separator.test(line));
  return lines
    .slice(0, end + 1)
    .join("\n")
    .replace(/^[*_#\s]{0,4}instructions?[*_]{0,2}:[*_]{0,2}[ \t]+(?=\S)/i, "");
}
