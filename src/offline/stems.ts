import { stemmer } from "stemmer";

/** Words that carry no meaning. */
const functionWords = new Set(
  `a an the and or but nor if then than that this these those there here it its i im ive me my mine we us our you your
  he him his she her they them their is are was were be been being am do does did done doing have has had having will
  would can could shall should may might must not no so as at by for from in into of off on onto out over to up with
  about after again before because while when where which who whom whose what why how all any both each few more most
  other some such only own same too very just also one get got please dear hi hello thanks thank s t d ll m re ve dont
  hope finds well name use used using text mentions mention mentioned says say said e g etc`.split(/\s+/),
);

const stemOf = memoize(stemmer, 50_000);

/** Stems of the meaningful words of a text, in order, with repeats. */
export function contentStems(text: string): string[] {
  const words =
    text
      .toLowerCase()
      .replaceAll("’", "'")
      .match(/[\p{L}\p{N}]+(?:'[a-z]+)?/gu) ?? [];
  return words
    .map((word) => word.replace(/'.*$/, ""))
    .filter((word) => word.length > 1 && !functionWords.has(word))
    .map(stemOf);
}

/** Lower case, words and digits only, single spaces. */
export function normalizedWords(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** Caches the latest results of a pure function: the same template is read thousands of times in a run. */
export function memoize<Value>(compute: (text: string) => Value, capacity = 2_000): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const value = compute(text);
    if (known.size >= capacity) known.clear();
    known.set(text, value);
    return value;
  };
}
