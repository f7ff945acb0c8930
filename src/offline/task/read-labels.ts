import { contentStems } from "../stems.ts";
import { placeOf, statementsOf } from "./sentences.ts";

const definer =
  /^["'`*]*\s*(?:\(|:|=|–|—|->|→|-\s|means?\b|is for\b|covers?\b|when\b|if\b|only\b|for\b|applies\b|also\b|is about\b|where\b)/i;
const quotedPhrase = /["“]([^"”]{2,80})["”]/g;

/**
 * The definition of each name: `card_arrival: when the card has not come yet`, `urgency is "high" when …`, `"low"
 * for …`. A sentence that lists several names defines none.
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

const quoted = /(["'`])([\p{L}\p{N}][\p{L}\p{N} _\-?/&+]{0,60})\1/gu;
const choosing =
  /\b(answer|classif\w*|categor\w*|label\w*|one of|choose|pick|either|intent\w*|sentiment|class(?:es)?|options?|respond|reply|output|return|tag|sort|into|decide|determine|between|whether)\b/i;
const item = "[*`]*\\p{L}[\\p{L}\\p{N}_?-]*[*`]*";
const listed = `(${item}(?:\\s*(?:,|/|\\||\\bor\\b|\\band\\b)\\s*(?:\\bor\\s+|\\band\\s+)?${item})+)`;
const listLeads = [
  `\\b(?:one of(?: the following)?|choose (?:from|between)|pick (?:from|between)|either|as(?: either)?|into)\\b[:\\s(]*${listed}`,
  `\\b(?:labels?|class(?:es)?|categor(?:y|ies)|options?|intents?|values?|answers?|sentiments?)\\s*(?:are|is|must be|[:=(])+\\s*${listed}`,
  `\\b(?:answer|reply|respond|output|return)(?: with| only)?(?: exactly)?\\s+${listed}`,
].map((source) => new RegExp(source, "giu"));
const bullet = /^\s*(?:[-*•]|\d+[.)])\s*[*`"']*([\p{L}][\p{L}\p{N}_?-]*)[*`"']*\s*(?:$|[:–—-]\s|\()/u;
const identifier = /[\p{L}][\p{L}\p{N}]*(?:_[\p{L}\p{N}?]+)+/gu;
const noLabel =
  /^(?:the|an?|it|its|this|that|text|answers?|labels?|json|follows?|possible|words?|only|rules?|notes?|in|with|when|if|no|not|nothing|lower-?case|case|other|more|exactly|just|of|to|for|is|are|be|post|review|opinion|feeling|input|output)$/i;

/** The answers that a prompt lists, in order of first mention. */
export function readLabels(instruction: string): string[] {
  const labels = new Map<string, string>();
  const add = (names: readonly string[]): void => {
    for (const name of names.map((one) => one.trim())) {
      if (name !== "" && !noLabel.test(name) && !labels.has(name.toLowerCase()))
        labels.set(name.toLowerCase(), name);
    }
  };
  for (const statement of statementsOf(instruction).filter((one) => !/^Example (input|answer):/.test(one))) {
    const names = [...statement.matchAll(quoted)].map((match) => match[2] ?? "");
    if (names.length > 1 && choosing.test(statement) && areAlternatives(statement)) add(names);
  }
  if (labels.size === 0) add(plainList(instruction));
  const lines = instruction.split("\n");
  const bullets = lines.map((line) => bullet.exec(line)?.[1]).filter((name) => name !== undefined);
  const known = bullets.filter((name) => labels.has(name.toLowerCase()) || name.includes("_"));
  if (labels.size === 0 && bullets.length > 2) add(bullets);
  else if (known.length > 1) add(known);
  const identifiers = new Set(instruction.match(identifier) ?? []);
  if (identifiers.size > 4) add([...identifiers]);
  return [...labels.values()];
}

/** "as positive, negative or neutral": unquoted names after words that announce a choice. */
function plainList(instruction: string): string[] {
  for (const lead of listLeads) {
    for (const match of instruction.matchAll(lead)) {
      const names = splitList(match[1] ?? "");
      if (names.length > 1 && !names.some((name) => noLabel.test(name))) return names;
    }
  }
  return [];
}

/** Names side by side, as opposed to quoted phrases in a sentence about them. */
function areAlternatives(statement: string): boolean {
  return /(["'`])\s*(?:,|\/|\||or\b|and\b)(?:\s*(?:or|and)\b)?\s*["'`]/i.test(statement);
}

function splitList(list: string): string[] {
  return list.split(/\s*(?:,|\/|\||\bor\b|\band\b)\s*/).map((name) => name.replace(/[*`"']/g, ""));
}
