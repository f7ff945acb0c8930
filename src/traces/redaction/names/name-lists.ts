import { foldName } from "./fold-name.ts";
import lists from "./names.json" with { type: "json" };

/** What the lists know of a name. `double`: it is a word, a place or a product as well. */
export type NameStanding = "plain" | "double" | undefined;

const familyEnding =
  /(?:sson|dottir|[iey]?ev|[iey]?eva|[^aeiou]ov|[^aeiou]ova|aya?ev|skaya|[oe]wsk[ia]|[oe]vsk[yi]|insk[iya]|ynsk[ia]|ick[ia]|czyk|czak|[oe]vich?|enko|chuk|shvili|adze|idze|oglu|opoulos|poulou|[ia]dis|akis|escu|eanu|[oiae]nen|quist|kvist|strom|gaard|[ndrtl]sen|ssen|mann|berger|meier|meyer|hauser|(?:nd|n|gu|qu|r|ll|m)ez|etti|elli|ucci|acci|occhi|azzi|ozzi|moto|mura|yama|kawa|gawa|zaki|shima|jima|bayashi|guchi|uchi|[^n]yan)$/;

interface NameLists {
  given(name: string): NameStanding;
  family(name: string): NameStanding;
  /** One of the commonest words of English, or a place. */
  isWord(folded: string): boolean;
}

let loaded: NameLists | undefined;

/** The lists are parsed when a text first needs them. */
export function nameLists(): NameLists {
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

/** Ends as family names of its language end, which no list holds all of. */
function isFamilyLike(name: string, words: ReadonlySet<string>): boolean {
  if (name.length < 6 || !/^\p{Lu}/u.test(name)) return false;
  if (/^(?:O'\p{Lu}|Mc\p{Lu}|Mac\p{Lu}|Fitz\p{Ll}|Al-\p{Lu}|El-\p{Lu}|Ben-\p{Lu})\p{L}{2}/u.test(name))
    return true;
  return familyEnding.test(foldName(name))
    ? !words.has(foldName(name))
    : /(?:ić|ič|ík|ák|ský|cký|ová)$/.test(name);
}

/** A name with hyphens is as good as its best part. */
function standingIn(list: ReadonlyMap<string, NameStanding>, name: string): NameStanding {
  const folded = foldName(name).replace(/'s$|'$/, "");
  const whole = list.get(folded);
  if (whole !== undefined || !folded.includes("-")) return whole;
  const parts = folded.split("-").map((part) => list.get(part));
  if (parts.every((part) => part === undefined)) return undefined;
  return parts.includes("plain") ? "plain" : "double";
}
