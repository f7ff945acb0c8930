import { contentStems } from "../stems.ts";
import { placeOf, statementsOf } from "./sentences.ts";

const definer =
  /^["'`*]*\s*(?:\(|:|=|–|—|->|→|-\s|means?\b|is for\b|covers?\b|when\b|if\b|only\b|for\b|applies\b|also\b|is about\b|where\b)/i;
const quotedPhrase = /["“]([^"”]{2,80})["”]/g;

/**
 * What the prompt says of each name: `card_arrival: when the card has not come yet`,
 * `urgency is "high" when …`, `"low" for …`. A sentence that lists several names defines none.
 */
export function readDefinitions(
  instruction: string,
  names: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const definitions = new Map<string, readonly string[]>();
  const add = (name: string, words: string): void => {
    const phrases = [...words.matchAll(quotedPhrase)].map((match) => match[1] ?? "");
    const stems = contentStems(phrases.length > 1 ? phrases.join(" ") : words);
    const known = definitions.get(name) ?? [];
    definitions.set(name, [...new Set([...known, ...stems])]);
  };
  for (const statement of statementsOf(instruction)) {
    const first = firstName(statement, names);
    if (first === undefined) continue;
    const rest = statement.slice(first.at + first.name.length);
    const others = names.filter((name) => name !== first.name && placeOf(rest, name) >= 0);
    if (others.length < 2 && definer.test(rest)) add(first.name.toLowerCase(), cutAtName(rest, others));
  }
  return definitions;
}

function firstName(statement: string, names: readonly string[]): { name: string; at: number } | undefined {
  let best: { name: string; at: number } | undefined;
  for (const name of names) {
    const at = placeOf(statement, name);
    if (at < 0 || at > 60) continue;
    if (best === undefined || at < best.at || (at === best.at && name.length > best.name.length))
      best = { name, at };
  }
  return best;
}

function cutAtName(rest: string, others: readonly string[]): string {
  const places = others.map((name) => placeOf(rest, name));
  return rest.slice(0, Math.min(rest.length, ...places));
}
