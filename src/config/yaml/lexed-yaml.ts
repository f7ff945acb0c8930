import { Lexer } from "yaml";

export interface Quoted {
  /** Offset of the opening quote, and of what follows the last character. */
  readonly start: number;
  readonly end: number;
  readonly isClosed: boolean;
}

/** What the pieces of a text say of its quotes and brackets, sound or not. Offsets count from 0. */
export interface LexedYaml {
  readonly quoted: readonly Quoted[];
  /** The first bracket or brace that is opened and not closed by its counterpart. */
  readonly unclosed:
    | { readonly start: number; readonly bracket: "{" | "["; readonly end: number }
    | undefined;
  /** `${…}` inside of brackets or braces, without quotes. */
  readonly placeholders: readonly number[];
  /** `{{` that starts a value. */
  readonly doubleBraces: readonly number[];
}

const partners: Readonly<Record<string, string>> = { "}": "{", "]": "[" };
/** Signs of the lexer that stand for no text: start of a document, of a scalar, end of a broken flow. */
const marks: ReadonlySet<string> = new Set(["\u0002", "\u0018", "\u001f"]);

export function lexYaml(text: string): LexedYaml {
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
