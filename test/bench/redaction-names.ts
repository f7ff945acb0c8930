/**
 * Writes src/traces/redaction/names/names.json: given and family names of the locales of @faker-js/faker, with those
 * that its lists lack in Latin letters (names-in-latin.txt), split by whether the name is a word or a place too, and
 * the commonest words and places.
 *
 *     node test/bench/run.js redaction-names
 */
import { readFileSync, writeFileSync } from "node:fs";
import { allLocales } from "@faker-js/faker";
import words from "an-array-of-english-words" with { type: "json" };
import { foldName } from "../../src/traces/redaction/names/name-tokens.ts";

const root = new URL("../../", import.meta.url);
const extra = new Map<string, readonly string[]>(
  readFileSync(new URL("test/bench/names-in-latin.txt", root), "utf8")
    .split("\n")
    .filter((line) => line.includes(":"))
    .map((line) => {
      const [key = "", names = ""] = line.split(":");
      return [key, names.trim().split(/\s+/)];
    }),
);
const given = new Set<string>();
const family = new Set<string>();
const places = new Set<string>();
const flat = (value: unknown): readonly string[] =>
  typeof value === "string" ? [value] : Object.values(value ?? {}).flatMap(flat);
const put = (target: Set<string>, values: readonly string[]) => {
  for (const name of values.map(foldName))
    if (name.length > 1 && /^[a-z]+([-'][a-z]+)*$/.test(name)) target.add(name);
};
for (const [locale, { person, location }] of Object.entries(allLocales)) {
  put(places, [location?.city_name, location?.country, location?.state].flatMap(flat));
  // Two syllables of a Vietnamese name are two names; the Esperanto list contains words.
  if (locale === "eo" || locale === "en_AU_ocker") continue;
  const split = locale === "vi" ? (name: string) => name.split(" ") : (name: string) => [name];
  put(given, flat(person?.first_name).flatMap(split));
  put(family, flat(person?.last_name).flatMap(split));
}
for (const [key, target] of [
  ["given", given],
  ["family", family],
] as const)
  put(target, extra.get(key) ?? []);
const english = new Set(words);
const { word: partsOfSpeech, commerce, animal, food, color, science, team, vehicle } = allLocales.en;
const ordinary = new Set(
  [partsOfSpeech, commerce, animal, food, color, science, team, vehicle, [...places], extra.get("words")]
    .flatMap(flat)
    .flatMap((phrase) => phrase.toLowerCase().split(/[^a-z]+/))
    .filter((one) => one.length > 2),
);
const plain = new Set(extra.get("plain"));
const double = new Set(extra.get("double"));
const isDouble = (name: string) =>
  double.has(name) || (!plain.has(name) && (english.has(name) || places.has(name) || name.length < 4));
const list = (names: Iterable<string>, keep: (name: string) => boolean) =>
  [...names].filter(keep).sort().join(" ");
const lists = {
  source:
    "locales of @faker-js/faker (MIT) and test/bench/names-in-latin.txt; made by test/bench/redaction-names.ts",
  given: list(given, (name) => !isDouble(name)),
  double_given: list(given, isDouble),
  family: list(family, (name) => !isDouble(name)),
  double_family: list(family, isDouble),
  words: list(ordinary, (word) => !plain.has(word)),
};
writeFileSync(new URL("src/traces/redaction/names/names.json", root), `${JSON.stringify(lists, null, 2)}\n`);
for (const [key, names] of Object.entries(lists)) console.log(key, names.split(" ").length);
