import { foldName } from "./fold-name.ts";
import { type NameStanding, nameLists } from "./name-lists.ts";

/** One word of a text, seen as a part of a name. */
export interface NameToken {
  readonly start: number;
  /** Without a `'s` behind. */
  readonly end: number;
  readonly folded: string;
  readonly isCapital: boolean;
  /** `J` or `J.` */
  readonly isInitial: boolean;
  readonly isShouted: boolean;
  /** Follows the word before it after a blank, or nothing but a full stop and a blank behind a short form. */
  readonly isJoined: boolean;
  /** First of a sentence, a line or a value. */
  readonly isFirst: boolean;
  /** Part of an identifier, a path, a handle. */
  readonly isCode: boolean;
  readonly given: NameStanding;
  readonly family: NameStanding;
  readonly isWord: boolean;
}

const word = /[\p{L}\p{M}][\p{L}\p{M}'-]{0,60}/gu;
const capital = /^\p{Lu}/u;
const codeBefore = /[@#_\\/<$0-9]$|[\p{L}\p{N}_)\]][.:]$/u;
const codeAfter = /^(?:[_\\/@=(0-9]|[.:][\p{L}:])/u;

export function nameTokens(text: string): readonly NameToken[] {
  const tokens: NameToken[] = [];
  const lists = nameLists();
  let previous: { readonly end: number; readonly isShort: boolean } | undefined;
  for (const { 0: found, index } of text.matchAll(word)) {
    const written = found.replace(/'s$|['-]+$/i, "");
    const gap = previous === undefined ? undefined : text.slice(previous.end, index);
    const isInitial = /^\p{Lu}$/u.test(written);
    const isListed = written.length > 1;
    tokens.push({
      start: index,
      end: index + written.length,
      folded: foldName(written),
      isCapital: capital.test(written),
      isInitial,
      isShouted: written.length > 2 && written === written.toUpperCase() && written !== written.toLowerCase(),
      isJoined: gap === " " || gap === "  " || (previous?.isShort === true && (gap === ". " || gap === ".")),
      isFirst: gap === undefined || /[.!?\n:;"“”«»(>|]|- /.test(gap),
      isCode:
        codeBefore.test(text.slice(Math.max(0, index - 2), index)) ||
        codeAfter.test(text.slice(index + found.length, index + found.length + 2)),
      given: isListed ? lists.given(written) : undefined,
      family: isListed ? lists.family(written) : undefined,
      isWord: lists.isWord(foldName(written)),
    });
    previous = { end: index + found.length, isShort: isInitial || written.length <= 4 };
  }
  return tokens;
}
