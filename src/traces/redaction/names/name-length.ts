import { introductionBefore, isGreetingBefore } from "./introductions.ts";
import type { NameToken } from "./name-tokens.ts";
import {
  commonWords,
  knownThings,
  particles,
  speechWords,
  thingPrefixes,
  thingWords,
  titles,
  weakTitles,
} from "./name-words.ts";

/** `taken` words are a name, after `skipped` words that stay. */
interface NameLength {
  readonly skipped: number;
  readonly taken: number;
}

const nothing: NameLength = { skipped: 0, taken: 0 };
const maxWords = 5;
const saints = new Set(["saint", "san", "santa", "santo", "sao", "sankt"]);
const lowerTitles = new Set([
  "frau",
  "herr",
  "signora",
  "signor",
  "senor",
  "senora",
  "monsieur",
  "madame",
  "mr",
  "mrs",
  "dr",
]);
const listedTitles = new Set([
  "sr",
  "pan",
  "pani",
  "fru",
  "sir",
  "lady",
  "madam",
  "doctor",
  "doktor",
  "professor",
  "sig",
  "miss",
]);
/** Words that are rarely given names, even before a family name. */
const seldomGiven = new Set(
  "will may april june august summer autumn winter mark bill chase grant case page art data can rose ruby amber lake".split(
    " ",
  ),
);
const beforeLetters = new Set(
  "figure fig table section appendix part vitamin type plan hepatitis option grade class phase series exhibit".split(
    " ",
  ),
);

export function nameLength(tokens: readonly NameToken[], at: number, text: string): NameLength {
  const first = tokens[at];
  if (first === undefined || first.isCode) return nothing;
  const titled = afterTitle(tokens, at);
  if (titled > 0) return { skipped: 1, taken: titled };
  if (!first.isCapital) return { skipped: 0, taken: lowerCaseLength(tokens, at, text) };
  if (commonWords.has(first.folded)) return nothing;
  const run = capitalRun(tokens, at);
  const introduction = introductionBefore(text, first.start);
  if (introduction === "name") return { skipped: 0, taken: run };
  const thing = thingLength(tokens, at, run);
  if (thing > 0) return { skipped: thing, taken: 0 };
  if (isNameRun(tokens, at, run)) return { skipped: 0, taken: run };
  const reversed = reversedLength(tokens, at, text);
  if (reversed > 0) return { skipped: 0, taken: reversed };
  if (run === 1 && isLoneName(tokens, at, text, introduction === "person")) return { skipped: 0, taken: 1 };
  if (introduction !== undefined && run > 1 && isHalfListed(tokens, at, run))
    return { skipped: 0, taken: run };
  return nothing;
}

/** `Mr. Smith`: the words after a title. */
function afterTitle(tokens: readonly NameToken[], at: number): number {
  const title = tokens[at];
  const next = tokens[at + 1];
  if (title === undefined || next === undefined || !next.isCapital || next.isCode || !next.isJoined) return 0;
  const isTitle = titles.has(title.folded);
  if (!isTitle && !(weakTitles.has(title.folded) && title.isCapital)) return 0;
  if (!title.isCapital && !lowerTitles.has(title.folded) && next.start - title.end !== 2) return 0;
  if (commonWords.has(next.folded) || isKnownThing(tokens, at)) return 0;
  const isListed = next.isInitial || next.given !== undefined || next.family !== undefined;
  if ((!isTitle || listedTitles.has(title.folded)) && !isListed) return 0;
  return capitalRun(tokens, at + 1);
}

/** How many words from here, capitalized ones and particles between them, could be one name. */
function capitalRun(tokens: readonly NameToken[], at: number): number {
  let taken = 1;
  for (let next = at + 1; next < tokens.length && next < at + maxWords + 1; next++) {
    const token = tokens[next];
    if (token === undefined || !token.isJoined || token.isCode) break;
    if (
      token.isCapital &&
      token.isUpperCase !== tokens[at]?.isUpperCase &&
      !token.isInitial &&
      token.isUpperCase
    )
      break;
    if (token.isCapital && !commonWords.has(token.folded)) taken = next - at + 1;
    else if (!particles.has(token.folded)) break;
  }
  // A final initial belongs to the name (`John B`), but `I` does not (`Anna I`).
  return taken > 1 && tokens[at + taken - 1]?.isInitial === true && tokens[at + taken - 1]?.folded === "i"
    ? taken - 1
    : taken;
}

/** Words that turn a listed name into a place, a company or a product. */
function thingLength(tokens: readonly NameToken[], at: number, run: number): number {
  const first = tokens[at];
  if (isKnownThing(tokens, at)) return run;
  if (run > 1 && first !== undefined && first.given !== "plain" && saints.has(first.folded)) return run;
  const before = tokens[at - 1];
  if (first?.isJoined === true && before?.isCapital === true && thingPrefixes.has(before.folded)) return run;
  for (let next = at + 1; next <= at + run; next++) {
    const token = tokens[next];
    if (token === undefined || !token.isJoined || !thingWords.has(token.folded)) continue;
    if (token.isCapital && (token.family === undefined || first?.given !== "plain" || next < at + run - 1))
      return run;
  }
  return 0;
}

function isKnownThing(tokens: readonly NameToken[], at: number): boolean {
  const words = tokens.slice(at, at + 3).map((token) => token.folded);
  const phrase = `${words.join(" ")} `;
  return knownThings.some((thing) => phrase.startsWith(`${thing} `));
}

function isNameRun(tokens: readonly NameToken[], at: number, run: number): boolean {
  const first = tokens[at];
  if (first === undefined) return false;
  const rest = tokens.slice(at + 1, at + run).filter((token) => token.isCapital && !token.isInitial);
  const second = rest[0];
  const last = rest.at(-1);
  const isPrefixed = tokens[at - 1]?.folded === "the" && first.isJoined;
  const hasPlainFamily = rest.some((token) => token.family === "plain");
  if (first.isInitial) return isInitialled(tokens, at, last);
  if (first.isUpperCase) return first.given !== undefined && last?.family !== undefined;
  if (first.given === "plain") return !isPrefixed || run > 1;
  if (first.given === "double") {
    if (last?.family === "plain" || hasPlainFamily) return !seldomGiven.has(first.folded) || !first.isFirst;
    if (last?.family === "double" && !seldomGiven.has(first.folded))
      return first.isFirst ? !thingWords.has(last.folded) : true;
  }
  if (second === undefined) return false;
  // Family name first, as in much of Asia and in Hungary.
  if (first.family === "plain" && (second.given !== undefined || rest.at(-1)?.given !== undefined))
    return true;
  if (first.family === "double" && second.given === "plain") return true;
  // An unlisted given name before a family name.
  if (first.given !== undefined || first.isWord || thingWords.has(first.folded) || first.folded.length < 3)
    return false;
  return hasPlainFamily || (last?.family !== undefined && !last.isWord && !first.isFirst);
}

/** `J. R. Thompson`, but not `Vitamin C. Results`. */
function isInitialled(tokens: readonly NameToken[], at: number, last: NameToken | undefined): boolean {
  const before = tokens[at - 1];
  if (before !== undefined && beforeLetters.has(before.folded)) return false;
  return last?.family !== undefined && tokens[at + 1]?.isJoined === true;
}

/** A single word that is greeted, or that is the subject of a speech verb. */
function isLoneName(tokens: readonly NameToken[], at: number, text: string, isAddressed: boolean): boolean {
  const token = tokens[at];
  if (token === undefined) return false;
  const after = text.slice(token.end, token.end + 12);
  if (isAddressed && token.given !== undefined)
    return /^(?:\s*$|[,.!?\n]|'s| (?:here|and|from|speaking)\b)/.test(after);
  if (isGreetingBefore(text, token.start) && !token.isWord) return /^(?:[,!]|\s*$)/.test(after);
  const hasSpeechVerb = [tokens[at - 1], tokens[at + 1]].some(
    (one) => one !== undefined && speechWords.has(one.folded),
  );
  return hasSpeechVerb && token.family === "plain" && !token.isWord;
}

/** `Smith, John` */
function reversedLength(tokens: readonly NameToken[], at: number, text: string): number {
  const family = tokens[at];
  const given = tokens[at + 1];
  if (family?.family === undefined || given === undefined || !given.isCapital || given.isCode) return 0;
  if (text.slice(family.end, given.start) !== ", ") return 0;
  const isSure = given.given === "plain" || (given.given === "double" && family.family === "plain");
  return isSure && !commonWords.has(given.folded) ? 2 : 0;
}

/** Lower case: requires a given and a family name that have no other meaning; less after `my name is`. */
function lowerCaseLength(tokens: readonly NameToken[], at: number, text: string): number {
  const first = tokens[at];
  const second = tokens[at + 1];
  if (first?.given === undefined || commonWords.has(first.folded)) return 0;
  const introduction = introductionBefore(text, first.start);
  const hasSecond = second?.isJoined === true && !second.isCode && !commonWords.has(second.folded);
  if (introduction === "name" || (introduction === "person" && first.given === "plain")) {
    if (hasSecond && (second.family !== undefined || second.given !== undefined)) return 2;
    return first.given === "plain" ? 1 : 0;
  }
  return first.given === "plain" && hasSecond && second.family === "plain" && first.folded.length > 3 ? 2 : 0;
}

function isHalfListed(tokens: readonly NameToken[], at: number, run: number): boolean {
  return tokens.slice(at, at + run).some((token) => token.given === "plain" || token.family === "plain");
}
