const fewestWords = 3;
// One line of the request may be a rule worth keeping, such as the list of labels.
const fewestLines = 2;

/**
 * True if a reply repeats its request: a heading such as `# Current instructions`, or several of its lines. A
 * heading of one word, such as `# Examples`, may be the text's own. What the request shows in fenced blocks does
 * not count: other versions of the text may be taken over. Made-up parts of rows in the form of the request's own
 * are no instruction either; an example with its answer may be.
 */
export function repeatsRequest(text: string, request: string, current: string): boolean {
  const own = new Set(linesOf(current));
  const asked = new Set(linesOf(withoutBlocks(request)).filter((line) => !own.has(line)));
  const repeated = [...new Set(linesOf(text).filter((line) => asked.has(line)))];
  const isLong = (line: string) => line.split(/\s+/).length >= fewestWords;
  const counted = repeated.filter((line) => isLong(line) || /^#{1,3} \S/.test(line));
  const hasMadeUpRow = hasShortRow(text) && hasShortRow(request) && !hasShortRow(current);
  return (
    hasMadeUpRow ||
    (counted.length >= fewestLines && counted.some(isLong)) ||
    repeated.some((line) => /^# \S+ \S/.test(line))
  );
}

/** True if the text has a wrong answer as the short requests show them, or an input without an answer. */
function hasShortRow(text: string): boolean {
  return (
    /^\s*Wrong:/m.test(text) || (/^\s*Input:(?!.*\{\{)/m.test(text) && !/^\s*(Output|Answer):/m.test(text))
  );
}

/** The text without lines or sentences of the request's last paragraph at its end; empty if it has no others. */
export function withoutClosing(text: string, request: string): string {
  const closing = linesOf(
    request
      .trim()
      .split(/\n\s*\n/)
      .at(-1) ?? "",
  );
  const isClosing = (line: string) =>
    closing.includes(line) ||
    (/[.!?]$/.test(line) &&
      line.split(/\s+/).length >= fewestWords &&
      closing.some((one) => hasSentence(one, line)));
  const lines = text.split("\n");
  const end = lines.findLastIndex((line) => line.trim() !== "" && !isClosing(line.trim()));
  const last = lines.findLastIndex((line) => line.trim() !== "");
  return end === last ? text : lines.slice(0, end + 1).join("\n");
}

function hasSentence(paragraph: string, sentence: string): boolean {
  const at = paragraph.indexOf(sentence);
  return at === 0 || (at > 0 && /[.!?:] $/.test(paragraph.slice(0, at)));
}

function withoutBlocks(text: string): string {
  return text.replaceAll(/^(`{3,})[^`\n]*\n[\s\S]*?\n\1$/gm, "");
}

function linesOf(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^[`~]{3,}/.test(line));
}
