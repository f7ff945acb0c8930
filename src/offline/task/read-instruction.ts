import { memoize } from "../stems.ts";
import { readDefinitions, readLabels } from "./read-labels.ts";
import { readFormat, readRules } from "./read-rules.ts";
import type { KeyReading, Reading } from "./reading.ts";
import { arePolar } from "./sentiment.ts";

const plainKey = /^\s*(?:[-*•]|\d+[.)])\s*([A-Za-z][\w.-]{1,40})\s*(?::|as\b|is\b|–|—|-\s|\(|=)/;
const markedKey = /^\s*(?:[-*•]|\d+[.)])?\s*(?:\*\*)?["'`]([A-Za-z][\w.-]{1,40})["'`](?:\*\*)?(?=[\s:=(–—-])/;
const quotedKey = /["`]([A-Za-z][\w-]{1,40})["`]\s*:/g;
const token = /[`"']([\p{L}\p{N}][\p{L}\p{N}_ -]{0,60})[`"']/gu;

/** Keys of the JSON object that a prompt asks for, with their allowed values. */
function readKeys(instruction: string): KeyReading[] {
  if (!/\bjson\b|\bkeys?\b/i.test(instruction)) return [];
  const keys = new Map<string, KeyReading>();
  for (const line of instruction.split("\n")) {
    const found = markedKey.exec(line) ?? plainKey.exec(line);
    const name = found?.[1];
    if (found === null || name === undefined || keys.has(name) || isValue(name, keys)) continue;
    const rest = line.slice(found[0].length);
    const key = keyFrom(name, rest);
    if (key.kind !== "free" || (markedKey.test(line) && /^\s*:/.test(rest))) keys.set(name, key);
  }
  if (keys.size === 0) for (const key of keysOfShape(instruction)) keys.set(key.name, key);
  return [...keys.values()];
}

/** `- "high" only when …` describes a value, not a key. */
function isValue(name: string, keys: ReadonlyMap<string, KeyReading>): boolean {
  return [...keys.values()].some(({ values }) => values.includes(name));
}

function keyFrom(name: string, rest: string): KeyReading {
  const values = [...new Set([...rest.matchAll(token)].map((match) => match[1] ?? ""))];
  if (/\bbool(?:ean)?s?\b|true\s*\/\s*false|\bdictionary\b|\bflags?\b/i.test(rest) && values.length > 1) {
    return { name, kind: "flags", values };
  }
  if (/\b(list|array)\b/i.test(rest)) return { name, kind: "list", values };
  const listed = values.length > 1 ? values : alternatives(rest);
  return listed.length > 1 ? { name, kind: "enum", values: listed } : { name, kind: "free", values: [] };
}

/** `{"urgency": "high|medium|low"}` on one line. */
function keysOfShape(instruction: string): KeyReading[] {
  const at = [...instruction.matchAll(quotedKey)];
  return at.map((match, index) => {
    const end = at[index + 1]?.index ?? instruction.indexOf("}", match.index);
    return keyFrom(
      match[1] ?? "",
      instruction.slice(match.index + match[0].length, end < 0 ? undefined : end),
    );
  });
}

function alternatives(rest: string): string[] {
  const found =
    /(?:one of|either)?[:\s"'`(]*([\p{L}\p{N}_-]+(?:\s*(?:\||\/|,|\bor\b)\s*(?:or\s+)?[\p{L}\p{N}_-]+)+)/iu.exec(
      rest,
    )?.[1];
  return found === undefined ? [] : found.split(/\s*(?:\||\/|,|\bor\b)\s*/).filter((name) => name !== "");
}

const sentimental = /\b(?:sentiment|feelings?|mood|tone|polarity|attitude|opinion|emotions?)\b/i;

/** What an instruction states. Cached per instruction, because rows of one prompt share it. */
export const readInstruction: (instruction: string) => Reading = memoize((instruction) => {
  const keys = readKeys(instruction);
  const labels = keys.length > 0 ? [] : readLabels(instruction);
  const values = keys.length > 0 ? keys.flatMap((key) => key.values) : labels;
  return {
    labels,
    isSentiment: arePolar(labels) || (labels.length === 0 && sentimental.test(instruction)),
    keys,
    format: readFormat(instruction),
    rules: readRules(instruction, values),
    definitions: readDefinitions(instruction, [...new Set(values)]),
    text: instruction,
  };
}, 500);
