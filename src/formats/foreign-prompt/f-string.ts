import type { PromptNote } from "./prompt-format.ts";

/**
 * Converts a Python format string, LangChain's default template format: `{name}` is a variable, `{{` one brace.
 * Format specs and attributes have no counterpart.
 */
export function fromFormatString(text: string): {
  readonly text: string;
  readonly problems: readonly PromptNote[];
} {
  const problems: PromptNote[] = [];
  const pieces: string[] = [];
  let literal = "";
  let at = 0;
  const report = (message: string, hint: string) => problems.push({ message, hint });
  const endLiteral = () => {
    // Literal braces that would read as a variable here.
    if (/\{\{\s*[A-Za-z_][\w.-]*\s*\}\}/.test(literal))
      report(
        "literal text in double braces would become a variable",
        "reword the text without double braces",
      );
    pieces.push(literal);
    literal = "";
  };
  while (at < text.length) {
    const next = text.slice(at, at + 2);
    if (next === "{{" || next === "}}") {
      literal += next[0];
      at += 2;
    } else if (text[at] === "{") {
      const end = text.indexOf("}", at);
      const name = end === -1 ? undefined : text.slice(at + 1, end);
      if (name !== undefined && /^[A-Za-z_]\w*$/.test(name)) {
        endLiteral();
        pieces.push(`{{${name}}}`);
      } else
        report(
          `${text.slice(at, end === -1 ? at + 20 : end + 1)} is no variable of a format string`,
          "use a plain name in braces, or double the braces of literal text",
        );
      at = end === -1 ? text.length : end + 1;
    } else literal += text[at++];
  }
  endLiteral();
  return { text: pieces.join(""), problems };
}
