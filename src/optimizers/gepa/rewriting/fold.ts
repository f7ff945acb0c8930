import type { Outcome } from "../../../contracts/optimizer.ts";
import type { Candidate, PromptTexts } from "../../../core/prompt/candidate.ts";
import { rewriteRequest } from "../../request/rewrite-request.ts";
import { examplesSection, labelsSection, objectiveSection } from "../../request/sections.ts";
import type { TextRequest } from "../../request/text-request.ts";
import { describeDifferences, differencesOn } from "../../search/differences.ts";
import { emitAttempts, rewriteTexts } from "../../search/rewrite-texts.ts";
import { insertSentence, sentencesOf } from "../../search/text-edits.ts";
import { baseOf, type GepaSearch } from "../state.ts";
import { reflectionRole } from "./reflect.ts";
import type { Rewrite } from "./rewrite.ts";

/** One rewrite of a text, and the evidence about it. */
interface Variant {
  readonly text: string;
  readonly record: string;
}

const task = [
  "# What to do",
  [
    "Each rewrite was made from other examples and learnt other things. Combine them into one text that holds everything they learnt.",
    "Keep every rule of the current instructions and every rule that a rewrite added, in its own words where you can; say once what several say.",
    "Where rewrites contradict each other, follow the one with the better record; leave out sentences that change no answer.",
    "The examples are what the rewrites were made from: whatever of them none of the rewrites mends, mend it now; what they speak against, take out.",
  ].join("\n"),
].join("\n\n");

/** Builds the request for one text that combines several rewrites of it. */
function foldPrompt(
  search: GepaSearch,
  name: string,
  current: string,
  variants: readonly Variant[],
  examples: readonly Outcome[],
): TextRequest {
  return rewriteRequest({
    role: reflectionRole,
    task: search.task,
    name,
    text: current,
    scope: search.options.rewrite,
    versions: variants.map(({ text, record }) => ({ text, about: record })),
    sections: [
      ...objectiveSection(search.task.objective),
      ...examplesSection(examples, search.options.max_field_characters),
      ...labelsSection(search.task.train),
    ],
    guidance: [task],
    demand: "Your task is to write the new instructions that hold everything the rewrites learned.",
    outcomes: examples,
  });
}

interface FoldedText {
  /** The text that the rewrites were made from. */
  readonly base: string;
  readonly rewrites: readonly string[];
  /** The text that a reflection combined from them. */
  readonly fold: string;
}

// If the fold keeps a smaller share of sentences word for word, it is a new wording.
const leastTakenOver = 0.6;
// A change that this many rewrites of a step agree on is deliberate.
const agreed = 2;

/**
 * Restores sentences that a fold dropped by mistake: those of the base that its rewrites kept, and those that
 * several rewrites added independently. A fold in new wording is left unchanged.
 */
export function restoreLost({ base, rewrites, fold }: FoldedText): string {
  const stated = rewrites.map((text) => new Set(sentencesOf(text)));
  const votes = (sentence: string) => stated.filter((one) => one.has(sentence)).length;
  const ofBase = new Set(sentencesOf(base));
  const isToStay = (sentence: string) =>
    ofBase.has(sentence) ? rewrites.length - votes(sentence) < agreed : votes(sentence) >= agreed;
  const sources = [base, ...rewrites].map(sentencesOf);
  const wanted = [...new Set(sources.flat())].filter(isToStay);
  const kept = new Set(sentencesOf(fold));
  const missing = wanted.filter((sentence) => !kept.has(sentence));
  if (missing.length > wanted.length * (1 - leastTakenOver)) return fold;
  return missing.reduce((text, sentence) => {
    const source = sources.find((one) => one.includes(sentence)) ?? [];
    return insertSentence(text, sentence, placeIn(text, sentence, source));
  }, fold);
}

/** Position of the nearest preceding sentence of the source that is still in the text; -1 without any. */
function placeIn(text: string, sentence: string, source: readonly string[]): number {
  const standing = sentencesOf(text);
  const anchor = source
    .slice(0, source.indexOf(sentence))
    .reverse()
    .find((one) => standing.includes(one));
  return anchor === undefined ? -1 : standing.indexOf(anchor);
}

/**
 * Combines the rewrites of a step into one candidate. A text that only one rewrite changed is taken
 * unchanged; if several changed the same text, a reflection combines them. Undefined if there is nothing to
 * combine or the result is not new.
 */
export async function foldRewrites(
  search: GepaSearch,
  step: number,
  rewrites: readonly Rewrite[],
): Promise<Rewrite | undefined> {
  if (rewrites.length < 2) return undefined;
  const current = baseOf(search).texts;
  const settled: Record<string, string> = { ...current };
  const compared: [string, readonly Variant[]][] = [];
  for (const name of Object.keys(current)) {
    const variants = variantsOf(search, rewrites, name);
    const [only] = variants;
    if (variants.length === 1 && only !== undefined) settled[name] = only.text;
    if (variants.length > 1) compared.push([name, variants]);
  }
  const parents = rewrites.map(({ candidate }) => candidate);
  const requests = compared.map(
    ([name, variants]) =>
      [name, foldPrompt(search, name, current[name] ?? "", variants, examplesOf(rewrites))] as const,
  );
  const attempt = await rewriteTexts(search.lab, {
    step,
    by: "fold",
    purpose: "fold",
    parents,
    settled,
    requests: Object.fromEntries(requests),
    ...(search.options.restore ? { mend: restorer(current, rewrites) } : {}),
  });
  emitAttempts(search.lab, search.failures, step, [attempt]);
  if (attempt.kind !== "drafted") return undefined;
  noteOwnLessons(search, current, attempt.candidate, rewrites);
  return { by: "fold", candidate: attempt.candidate, parents, minibatch: [], lesson: [] };
}

function restorer(current: PromptTexts, rewrites: readonly Rewrite[]) {
  return (name: string, fold: string): string =>
    restoreLost({
      base: current[name] ?? "",
      rewrites: rewrites.map(({ candidate }) => candidate.texts[name] ?? ""),
      fold,
    });
}

// Three per rewrite with the default options: enough to rank the rules, in a short request.
const mostExamples = 15;

/** Failures that the rewrites were made from, interleaved evenly. */
function examplesOf(rewrites: readonly Rewrite[]): readonly Outcome[] {
  const lessons = rewrites.map(({ lesson }) => lesson.filter(({ score }) => score?.value !== 1));
  const longest = Math.max(...lessons.map(({ length }) => length));
  const dealt = Array.from({ length: longest }, (_, at) => lessons.flatMap((lesson) => lesson[at] ?? []));
  const byRow = new Map(dealt.flat().map((outcome) => [outcome.example.id, outcome]));
  return [...byRow.values()].slice(0, mostExamples);
}

function variantsOf(search: GepaSearch, rewrites: readonly Rewrite[], name: string): readonly Variant[] {
  const variants = new Map<string, Variant>();
  for (const { candidate, parents } of rewrites) {
    const text = candidate.texts[name] ?? "";
    const isChanged = parents.every((parent) => parent.texts[name] !== text);
    if (isChanged && !variants.has(text)) variants.set(text, { text, record: recordOf(search, candidate) });
  }
  return [...variants.values()];
}

function recordOf(search: GepaSearch, candidate: Rewrite["candidate"]): string {
  const differences = differencesOn(search.cards, candidate, baseOf(search), search.task.validation);
  return differences.length === 0
    ? "Not measured yet."
    : `Compared with the current instructions: ${describeDifferences(differences)}.`;
}

/** Attributes sentences that only the fold has to the examples it was shown. */
function noteOwnLessons(
  search: GepaSearch,
  current: PromptTexts,
  fold: Candidate,
  rewrites: readonly Rewrite[],
): void {
  const known = Object.fromEntries(
    Object.keys(current).map((name) => [
      name,
      [current[name] ?? "", ...rewrites.map(({ candidate }) => candidate.texts[name] ?? "")].join("\n"),
    ]),
  );
  search.provenance.note(known, fold.texts, examplesOf(rewrites));
}
