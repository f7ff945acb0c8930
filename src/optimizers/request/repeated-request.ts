const fewestWords = 3;
// One line of the request may be a rule worth keeping, such as the list of labels.
const fewestLines = 2;

/**
 * True if a reply repeats its request: one of its headings, or several of its lines. What the request shows in
 * fenced blocks does not count: other versions of the text may be taken over.
 */
export function repeatsRequest(text: string, request: string, current: string): boolean {
  const own = new Set(linesOf(current));
  const asked = new Set(linesOf(withoutBlocks(request)).filter((line) => !own.has(line)));
  const repeated = new Set(linesOf(text).filter((line) => asked.has(line)));
  const lines = [...repeated].filter((line) => line.split(/\s+/).length >= fewestWords);
  return lines.length >= fewestLines || [...repeated].some((line) => /^#{1,3} \S/.test(line));
}

/** The text without lines of the request's last paragraph at its end. */
export function withoutClosing(text: string, request: string): string {
  const closing = new Set(
    linesOf(
      request
        .trim()
        .split(/\n\s*\n/)
        .at(-1) ?? "",
    ),
  );
  const lines = text.split("\n");
  const end = lines.findLastIndex((line) => line.trim() !== "" && !closing.has(line.trim()));
  return end === -1 || closing.size === 0 ? text : lines.slice(0, end + 1).join("\n");
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
