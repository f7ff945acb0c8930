import lists from "./names.json" with { type: "json" };
/** One word of a text as a possible part of a name. */
export interface NameToken {
  readonly start: number;
  /** Excludes a trailing `'s`. */
  readonly end: number;
  readonly folded: string;
  readonly isCapital: boolean;
  /** `J` or `J.` */
  readonly isInitial: boolean;
  readonly isUpperCase: boolean;
  /** Follows the previous word after a space, or after a period if that word is short. */
  readonly isJoined: boolean;
  /** First word of a sentence, a line or a value. */
  readonly isFirst: boolean;
  /** Part of an identifier, a path or a handle. */
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
      isUpperCase:
        written.length > 2 && written === written.toUpperCase() && written !== written.toLowerCase(),
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

/** How the lists classify a name. `double`: it is also a word, a place or a product. */
type NameStanding = "plain" | "double" | undefined;

const familyEnding =
  /(?:sson|dottir|[iey]?ev|[iey]?eva|[^aeiou]ov|[^aeiou]ova|aya?ev|skaya|[oe]wsk[ia]|[oe]vsk[yi]|insk[iya]|ynsk[ia]|ick[ia]|czyk|czak|[oe]vich?|enko|chuk|shvili|adze|idze|oglu|opoulos|poulou|[ia]dis|akis|escu|eanu|[oiae]nen|quist|kvist|strom|gaard|[ndrtl]sen|ssen|mann|berger|meier|meyer|hauser|(?:nd|n|gu|qu|r|ll|m)ez|etti|elli|ucci|acci|occhi|azzi|ozzi|moto|mura|yama|kawa|gawa|zaki|shima|jima|bayashi|guchi|uchi|[^n]yan)$/;

interface NameLists {
  given(name: string): NameStanding;
  family(name: string): NameStanding;
  /** One of the most common English words, or a place. */
  isWord(folded: string): boolean;
}

let loaded: NameLists | undefined;

/** Parses the lists on first use. */
function nameLists(): NameLists {
  loaded ??= openLists();
  return loaded;
}

function openLists(): NameLists {
  const given = standings(lists.given, lists.double_given);
  const family = standings(lists.family, lists.double_family);
  const words: ReadonlySet<string> = new Set(lists.words.split(" "));
  return {
    given: (name) => standingIn(given, name),
    family: (name) => standingIn(family, name) ?? (isFamilyLike(name, words) ? "plain" : undefined),
    isWord: (folded) => words.has(folded),
  };
}

function standings(plain: string, double: string): ReadonlyMap<string, NameStanding> {
  return new Map<string, NameStanding>([
    ...plain.split(" ").map((name) => [name, "plain"] as const),
    ...double.split(" ").map((name) => [name, "double"] as const),
  ]);
}

/** Has an ending that is typical of family names in its language; no list contains all of them. */
function isFamilyLike(name: string, words: ReadonlySet<string>): boolean {
  if (name.length < 6 || !/^\p{Lu}/u.test(name)) return false;
  if (/^(?:O'\p{Lu}|Mc\p{Lu}|Mac\p{Lu}|Fitz\p{Ll}|Al-\p{Lu}|El-\p{Lu}|Ben-\p{Lu})\p{L}{2}/u.test(name))
    return true;
  return familyEnding.test(foldName(name))
    ? !words.has(foldName(name))
    : /(?:ić|ič|ík|ák|ský|cký|ová)$/.test(name);
}

/** A hyphenated name counts as its best part. */
function standingIn(list: ReadonlyMap<string, NameStanding>, name: string): NameStanding {
  const folded = foldName(name).replace(/'s$|'$/, "");
  const whole = list.get(folded);
  if (whole !== undefined || !folded.includes("-")) return whole;
  const parts = folded.split("-").map((part) => list.get(part));
  if (parts.every((part) => part === undefined)) return undefined;
  return parts.includes("plain") ? "plain" : "double";
}

const cyrillic: Readonly<Record<string, string>> = {
  ...{ а: "a", б: "b", в: "v", г: "g", ґ: "g", д: "d", е: "e", ё: "e", є: "ie", ж: "zh", з: "z", и: "i" },
  ...{ і: "i", ї: "i", й: "i", к: "k", л: "l", м: "m", н: "n", о: "o", п: "p", р: "r", с: "s", т: "t" },
  ...{ у: "u", ф: "f", х: "kh", ц: "ts", ч: "ch", ш: "sh", щ: "shch", ъ: "", ы: "y", ь: "", э: "e" },
  ...{ ю: "yu", я: "ya" },
};
const latin: Readonly<Record<string, string>> = {
  ...{ ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", ə: "a" },
};
const foreign = /[^a-z'-]/;

/** The form of listed names: lower case, Latin letters, no accents. */
export function foldName(name: string): string {
  const lower = name.toLowerCase();
  if (!foreign.test(lower)) return lower;
  return Array.from(lower.normalize("NFC"), (letter) => cyrillic[letter] ?? latin[letter] ?? letter)
    .join("")
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "");
}
