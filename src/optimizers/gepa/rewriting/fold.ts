import type { Outcome } from "../../../contracts/optimizer.ts";
import type { Candidate, PromptTexts } from "../../../core/prompt/candidate.ts";
import { emitAttempts } from "../../search/emit-attempts.ts";
import { rewriteTexts } from "../../search/rewrite-texts.ts";
import { baseOf, type GepaSearch } from "../state.ts";
import { describeDifferences, differencesOn } from "../validation/differences.ts";
import { foldPrompt, type Variant } from "./fold-prompt.ts";
import { restoreLost } from "./restore-lost.ts";
import type { Rewrite } from "./rewrite.ts";

/**
 * Combines the rewrites of a step into one candidate. A text that one rewrite alone changed is taken
 * as it is; where several changed the same text, a reflection combines what they wrote. Undefined when
 * there is nothing to combine or nothing new came of it.
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

// Three a rewrite under the defaults: enough to tell which rules matter, and no request gets long.
const mostExamples = 15;

/** Failures that the rewrites were made from, dealt out evenly. */
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

/** What a fold added of its own was learnt from the examples it was shown. */
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
  search.provenance.note(known, fold, examplesOf(rewrites));
}
