import { Lexer } from "yaml";
import { indentOf, keyOfLine, type SyntaxCause, type SyntaxFault, type YamlLines } from "./yaml-lines.ts";

interface Quoted {
  /** Offset of the opening quote, and the offset after the last character. */
  readonly start: number;
  readonly end: number;
  readonly isClosed: boolean;
}

/** Quotes and brackets of a text, valid or not. Offsets start at 0. */
interface LexedYaml {
  readonly quoted: readonly Quoted[];
  /** The first bracket or brace that its counterpart does not close. */
  readonly unclosed:
    | { readonly start: number; readonly bracket: "{" | "["; readonly end: number }
    | undefined;
  /** `${…}` inside brackets or braces, without quotes. */
  readonly placeholders: readonly number[];
  /** `{{` at the start of a value. */
  readonly doubleBraces: readonly number[];
}

const partners: Readonly<Record<string, string>> = { "}": "{", "]": "[" };
/** Lexer tokens that stand for no text: start of a document, start of a scalar, end of a broken flow. */
const marks: ReadonlySet<string> = new Set(["\u0002", "\u0018", "\u001f"]);

function lexYaml(text: string): LexedYaml {
  const quoted: Quoted[] = [];
  const placeholders: number[] = [];
  const doubleBraces: number[] = [];
  const open: { start: number; bracket: "{" | "[" }[] = [];
  let unclosed: LexedYaml["unclosed"];
  let offset = 0;
  let before = "";
  let isText = false;

  const leave = (end: number): void => {
    const last = open.at(-1);
    if (last !== undefined) unclosed ??= { ...last, end };
    open.length = 0;
  };
  for (const piece of new Lexer().lex(text)) {
    if (piece === "\u0018") leave(offset);
    if (marks.has(piece)) {
      isText = piece === "\u001f";
      continue;
    }
    if (isText) isText = false;
    else if (piece === "{" || piece === "[") {
      if (piece === "{" && before.endsWith("$") && open.length > 0) placeholders.push(offset - 1);
      if (piece === "{" && text[offset + 1] === "{" && text[offset - 1] !== "{") doubleBraces.push(offset);
      open.push({ start: offset, bracket: piece });
    } else if (piece === "}" || piece === "]") {
      if (open.length > 0 && open.at(-1)?.bracket !== partners[piece]) leave(offset);
      open.pop();
    } else if (piece.startsWith('"') || piece.startsWith("'")) quoted.push(quotedAt(offset, piece));
    offset += piece.length;
    before = piece;
  }
  leave(text.length);
  return { quoted, unclosed, placeholders, doubleBraces };
}

function quotedAt(start: number, piece: string): Quoted {
  const quote = piece[0] ?? "";
  const isClosed = piece.length > 1 && piece.endsWith(quote) && !isEscaped(piece, quote);
  return { start, end: start + piece.length, isClosed };
}

function isEscaped(piece: string, quote: string): boolean {
  if (quote === '"') return (/\\*(?="$)/.exec(piece)?.[0].length ?? 0) % 2 === 1;
  return (/'*$/.exec(piece.slice(1))?.[0].length ?? 0) % 2 === 0;
}

/** Braces and brackets: text read as a map, one unclosed, one too many. */
export function bracketCause(lines: YamlLines, fault: SyntaxFault): SyntaxCause | undefined {
  const lexed = lexYaml(lines.text);
  const here = lines.lineOf(fault.offset);
  const isNear = (offset: number) => offset <= fault.offset && lines.lineOf(offset) >= here - 1;
  const placeholder = lexed.placeholders.find((offset) => isNear(offset) || offset <= fault.offset);
  if (placeholder !== undefined) {
    const shown = /^\$\{[^}\s]*\}/.exec(lines.text.slice(placeholder))?.[0] ?? `\${env:NAME}`;
    return {
      offset: placeholder,
      message: "`${…}` inside { } or [ ] needs quotes",
      hint: `write "${shown}"`,
    };
  }
  const braces = lexed.doubleBraces.find(isNear);
  if (braces !== undefined)
    return {
      offset: braces,
      message: "text that starts with {{ is read as a map",
      hint: "put the whole text in quotes",
    };
  return quoteBefore(lines, lexed) ?? unclosedBracket(lines, lexed, fault) ?? strayBracket(lines, fault);
}

/** An open quote may swallow the end of a map; then the quote is the cause. */
function quoteBefore(lines: YamlLines, { quoted, unclosed }: LexedYaml): SyntaxCause | undefined {
  const open = quoted.find((one) => swallowsLines(lines, one));
  return open !== undefined && unclosed !== undefined && unclosed.end >= open.start
    ? openQuote(lines, quoted, open)
    : undefined;
}

function unclosedBracket(
  lines: YamlLines,
  { unclosed }: LexedYaml,
  fault: SyntaxFault,
): SyntaxCause | undefined {
  if (unclosed === undefined || unclosed.start > fault.offset) return undefined;
  const close = unclosed.bracket === "{" ? "}" : "]";
  const isStray = /^Unexpected (scalar|map)/.test(fault.message) && lines.text[unclosed.end] === undefined;
  if (isStray && fault.offset > unclosed.end) return undefined;
  return {
    offset: unclosed.start,
    message: `\`${unclosed.bracket}\` is not closed`,
    hint: `add the matching \`${close}\`, or put text with brackets in quotes`,
  };
}

function strayBracket({ text }: YamlLines, { code, offset, message }: SyntaxFault): SyntaxCause | undefined {
  const sign = text[offset];
  if (/flow-(map|seq)-end/.test(message))
    return {
      offset,
      message: `\`${sign}\` has no opening bracket`,
      hint: "remove it, or put text with brackets in quotes",
    };
  if (code !== "BLOCK_IN_FLOW") return undefined;
  return {
    offset,
    message: "two entries inside { } without a comma between them",
    hint: "put a comma between them",
  };
}

/** Quotes: one unclosed, or one inside a text that closes it too early. */
export function quoteCause(lines: YamlLines, fault: SyntaxFault): SyntaxCause | undefined {
  const { quoted } = lexYaml(lines.text);
  const open = quoted.find((one) => one.start <= fault.offset && swallowsLines(lines, one));
  if (open !== undefined) return openQuote(lines, quoted, open);
  if (fault.code === "BAD_DQ_ESCAPE") {
    const sequence = /^.*?(\\.)/s.exec(lines.text.slice(Math.max(0, fault.offset - 1)))?.[1] ?? "a backslash";
    const hint = "write \\\\ for a backslash, or put the text in single quotes";
    return { offset: fault.offset, message: `${sequence} is not an escape sequence in double quotes`, hint };
  }
  const here = lines.lineOf(fault.offset);
  const early = quoted.find(
    (one) =>
      one.isClosed &&
      one.end > fault.offset &&
      lines.lineOf(one.start) === here &&
      /^[ \t]*[^\s#,}\]:]/.test(lines.text.slice(one.end)),
  );
  if (early !== undefined && fault.code === "BLOCK_AS_IMPLICIT_KEY") return closedTooEarly(lines.text, early);
  const before = quoted.findLast((one) => one.isClosed && one.end <= fault.offset);
  const between = before === undefined ? "" : lines.text.slice(before.end, fault.offset);
  if (before === undefined || /[\r\n]/.test(between) || !/^[ \t]*$/.test(between)) return undefined;
  if (fault.code !== "UNEXPECTED_TOKEN") return undefined;
  return closedTooEarly(lines.text, before);
}

function closedTooEarly(text: string, { start, end }: Quoted): SyntaxCause {
  const isSingle = text[start] === "'";
  return {
    offset: end - 1,
    message: `this ${isSingle ? "'" : '"'} ends the text, but more follows on the line`,
    hint: isSingle
      ? "write '' for an apostrophe inside single quotes, or put the whole text in double quotes"
      : 'write \\" for a quote inside double quotes, or put the whole text in single quotes',
  };
}

/** Whether a quoted text continues over lines that look like keys. */
function swallowsLines(lines: YamlLines, { start, end, isClosed }: Quoted): boolean {
  if (!isClosed) return true;
  const [first, last] = [lines.lineOf(start), lines.lineOf(end - 1)];
  const indent = indentOf(lines.lines[first] ?? "");
  return lines.lines
    .slice(first + 1, last + 1)
    .some((line) => line.trim() !== "" && indentOf(line) <= indent && keyOfLine(line) !== undefined);
}

/** An apostrophe may have ended the text before it; then the quote meant to end that text opens another. */
function openQuote(lines: YamlLines, quoted: readonly Quoted[], open: Quoted): SyntaxCause {
  const cut = quoted.find(
    (one) =>
      one.isClosed &&
      one.end <= open.start &&
      lines.lineOf(one.start) === lines.lineOf(open.start) &&
      /^\w/.test(lines.text.slice(one.end)),
  );
  return cut === undefined ? unclosedQuote(lines, open) : closedTooEarly(lines.text, cut);
}

function unclosedQuote({ text }: YamlLines, { start }: Quoted): SyntaxCause {
  return {
    offset: start,
    message: `the quote ${text[start]} is not closed`,
    hint: "close it at the end of the text; for several lines, use a block: `key: |`",
  };
}
