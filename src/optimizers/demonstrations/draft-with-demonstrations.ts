import type { Draft, Lab, OptimizationTask } from "../../contracts/optimizer.ts";
import type { CandidateId, PromptTexts } from "../../core/prompt/candidate.ts";
import type { DemonstrationPlace, DemonstrationSets } from "./demonstration.ts";
import { renderDemonstrations } from "./render-demonstrations.ts";

/**
 * Position in a text for demonstrations: before the passage that first uses a variable, so that the input
 * comes after them; at the end of a text without variables. The position is the start of a line, never inside
 * a sentence, a fence, a block of template logic or a locked span.
 */
export function insertionPoint(
  text: string,
  variables: readonly string[],
  locked: readonly string[],
): number {
  const use = firstUse(text, variables);
  return use === undefined ? text.length : beforeLocked(text, startOfPassage(text, use), locked);
}

function firstUse(text: string, variables: readonly string[]): number | undefined {
  const uses = variables.map((name) => {
    const escaped = name.replace(/[^\w]/g, "\\$&");
    return text.search(new RegExp(`\\{\\{[^{}]*(?<![\\w.-])${escaped}(?![\\w-])`));
  });
  // Template logic may wrap a variable, and its body is not always rendered.
  const found = [...uses, text.search(/\{[%#]/)].filter((at) => at !== -1);
  if (found.length > 0) return Math.min(...found);
  const braces = text.indexOf("{{");
  return variables.length === 0 || braces === -1 ? undefined : braces;
}

const listItem = /^\s*(?:[-*•]|\d+[.)])\s/;

/** Moves up from the variable's line to the start of its passage. */
function startOfPassage(text: string, use: number): number {
  const lines = text.slice(0, use).split("\n");
  let at = lines.length - 1;
  while (at > 0 && !(isBoundary(lines[at - 1] ?? "", lines[at] ?? "") && !isFenceOpen(lines.slice(0, at))))
    at--;
  return lines.slice(0, at).reduce((sum, line) => sum + line.length + 1, 0);
}

function isBoundary(before: string, line: string): boolean {
  const above = before.trim();
  return above === "" || /[.!?]["')\]]?$/.test(above) || (listItem.test(before) && !listItem.test(line));
}

function isFenceOpen(lines: readonly string[]): boolean {
  return lines.filter((line) => /^\s{0,3}(?:`{3,}|~{3,}|""")/.test(line)).length % 2 === 1;
}

function beforeLocked(text: string, place: number, locked: readonly string[]): number {
  const starts = locked.flatMap((span) => {
    if (span === "") return [];
    const from = text.lastIndexOf(span, place - 1);
    return from !== -1 && from < place && place < from + span.length ? [from] : [];
  });
  return starts.length === 0 ? place : beforeLocked(text, Math.min(...starts), locked);
}

/** A draft, the texts it was made from, and the demonstrations it contains. */
interface DemonstrationDraft {
  readonly draft: Draft;
  readonly texts: PromptTexts;
  readonly sets: DemonstrationSets;
}

/**
 * Drafts texts with demonstrations. If the prompt gets too long, drops demonstrations one by one, down to
 * one.
 */
export function draftWithDemonstrations(
  task: OptimizationTask,
  lab: Pick<Lab, "draft">,
  places: readonly DemonstrationPlace[],
  base: PromptTexts,
  sets: DemonstrationSets,
  parents: readonly CandidateId[],
): DemonstrationDraft {
  const texts = withDemonstrations(task, places, base, sets);
  const draft = lab.draft(texts, parents);
  const fewer = task.contract.maxPromptTokens === undefined ? undefined : withoutOne(sets);
  if (draft.accepted || fewer === undefined) return { draft, texts, sets };
  return draftWithDemonstrations(task, lab, places, base, fewer, parents);
}

/** Removes the last demonstration of the largest set; undefined if only one is left in total. */
function withoutOne(sets: DemonstrationSets): DemonstrationSets | undefined {
  const entries = Object.entries(sets);
  if (entries.reduce((sum, [, set]) => sum + set.length, 0) <= 1) return undefined;
  const [largest] = entries.reduce((top, one) => (one[1].length > top[1].length ? one : top));
  return { ...sets, [largest]: sets[largest]?.slice(0, -1) ?? [] };
}

/** Texts with demonstrations inserted; everything else stays unchanged. */
export function withDemonstrations(
  { contract }: Pick<OptimizationTask, "contract">,
  places: readonly DemonstrationPlace[],
  texts: PromptTexts,
  sets: DemonstrationSets,
): PromptTexts {
  const changed = places.flatMap(({ text: name, fields }): [string, string][] => {
    const [text = "", set = []] = [texts[name], sets[name]];
    if (set.length === 0) return [];
    const at = insertionPoint(text, contract.variables[name] ?? [], contract.locked);
    const section = renderDemonstrations(set, fields);
    return [[name, inserted(text, at, section)]];
  });
  return { ...texts, ...Object.fromEntries(changed) };
}

function inserted(text: string, at: number, section: string): string {
  const [before, after] = [text.slice(0, at), text.slice(at)];
  const gap = before === "" || /\n\n$/.test(before) ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  return after === "" ? `${before}${gap}${section}` : `${before}${gap}${section}\n\n${after}`;
}
