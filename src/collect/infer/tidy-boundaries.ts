import type { SkeletonPiece } from "./align-texts.ts";
import type { TokenTable } from "./token-table.ts";

/** Signs inside of a word-like thing: an address, a number, a date, a path. */
const joiner = /^[/.\-_@+&%\\:]$/;
const wordLike = /^[\p{L}\p{N}_]+$/u;

/**
 * A boundary inside of a word-like thing moves to its end: where all values begin with `https://shop.example/`
 * the whole address is the variable. Places that have nothing left between them become one.
 */
export function tidyBoundaries(
  pieces: readonly SkeletonPiece[],
  table: TokenTable,
): readonly SkeletonPiece[] {
  const tidy: SkeletonPiece[] = [];
  pieces.forEach((piece, index) => {
    if (piece.kind === "slot") {
      // Only which places there are matters from here on: their texts are found again by un-rendering.
      if (tidy.at(-1)?.kind !== "slot") tidy.push(piece);
      return;
    }
    const start = pieces[index - 1]?.kind === "slot" ? startOf(piece.tokens, table) : 0;
    const end = pieces[index + 1]?.kind === "slot" ? endOf(piece.tokens, table) : piece.tokens.length;
    const isJoint = end - start === 1 && index > 0 && joiner.test(table.textOf(piece.tokens[start] ?? -1));
    if (start < end && !(isJoint && pieces[index + 1]?.kind === "slot"))
      tidy.push({ kind: "literal", tokens: piece.tokens.slice(start, end) });
  });
  return tidy;
}

/** The first token that can follow a variable. */
function startOf(tokens: readonly number[], table: TokenTable): number {
  let at = 0;
  const text = (index: number) => table.textOf(tokens[index] ?? -1);
  // A full stop or a colon before a blank ends a sentence, and belongs to the template.
  while (at < tokens.length && joiner.test(text(at)) && wordLike.test(text(at + 1))) {
    at++;
    while (at < tokens.length && wordLike.test(text(at))) at++;
  }
  return at;
}

/** Behind the last token that a variable can follow. */
function endOf(tokens: readonly number[], table: TokenTable): number {
  let end = tokens.length;
  const text = (index: number) => table.textOf(tokens[index] ?? -1);
  while (end > 0 && isJoining(text(end - 1), text(end - 2))) {
    end--;
    while (end > 0 && (wordLike.test(text(end - 1)) || joiner.test(text(end - 1)))) end--;
  }
  return end;
}

/** `Text:` and a dash that begins a line are no part of a word. */
function isJoining(last: string, before: string): boolean {
  return joiner.test(last) && last !== ":" && (wordLike.test(before) || joiner.test(before));
}
