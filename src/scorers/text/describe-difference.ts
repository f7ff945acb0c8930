import { type Folding, foldText } from "./fold-text.ts";
import { quote } from "./quote.ts";

const kinds: readonly { readonly name: string; readonly folding: Folding }[] = [
  { name: "letter case", folding: { ignoreCase: true } },
  { name: "white space", folding: { ignoreSpace: true } },
  { name: "punctuation", folding: { ignorePunctuation: true } },
  { name: "Unicode form", folding: { ignoreUnicodeForm: true } },
];
const allKinds: Folding = Object.assign({}, ...kinds.map(({ folding }) => folding));
/** All combinations of kinds, small ones first. */
const choices = Array.from({ length: 2 ** kinds.length - 1 }, (_, at) => {
  const chosen = kinds.filter((_kind, bit) => (at + 1) & (1 << bit));
  const folding: Folding = Object.assign({}, ...chosen.map((kind) => kind.folding));
  return { names: chosen.map(({ name }) => name), folding };
}).sort((one, other) => one.names.length - other.names.length);
const ascii = /^[\0-\x7f]*$/;
const longText = 60;
const context = 20;

/**
 * Describes how two different answers relate, as feedback for an optimizer: `expected "positive", got "Positive";
 * they differ only in letter case`.
 */
export function describeDifference(expected: string, got: string, folding: Folding = {}): string {
  const wanted = expected.trim();
  const given = got.trim();
  if (given === "") return `expected ${quote(wanted)}, got an empty answer`;
  const kinship = describeKinship(wanted, given, folding);
  return `expected ${quote(wanted)}, got ${quote(given)}${kinship === undefined ? "" : `; ${kinship}`}`;
}

function describeKinship(wanted: string, given: string, folding: Folding): string | undefined {
  const names = differingKinds(wanted, given, folding);
  if (names !== undefined) return `they differ only in ${names.join(" and ")}`;
  const loose: Folding = { ...folding, ignoreCase: true, ignoreSpace: true };
  const [needle, heap] = [foldText(wanted, loose), foldText(given, loose)];
  if (needle !== "" && heap.includes(needle)) return "the expected answer is in it, but must stand alone";
  if (heap !== "" && needle.includes(heap)) return "it is only a part of the expected answer";
  if (Math.min(wanted.length, given.length) <= longText) return undefined;
  return describePlace(wanted, given);
}

/** The smallest set of kinds that explains the whole difference. */
function differingKinds(wanted: string, given: string, own: Folding): readonly string[] | undefined {
  // ASCII texts that differ after folding all kinds cannot match after folding fewer; other scripts can (Greek
  // sigma).
  const isPlain = ascii.test(wanted) && ascii.test(given);
  if (isPlain && foldText(wanted, allKinds) !== foldText(given, allKinds)) return undefined;
  return choices.find(({ folding }) => {
    const all = { ...own, ...folding };
    const folded = foldText(wanted, all);
    return folded !== "" && folded === foldText(given, all);
  })?.names;
}

function describePlace(wanted: string, given: string): string {
  let at = 0;
  while (at < wanted.length && wanted[at] === given[at]) at++;
  const around = (text: string) => quote(text.slice(Math.max(0, at - context), at + context));
  return `the first difference is at character ${at + 1}: expected ${around(wanted)}, got ${around(given)}`;
}
