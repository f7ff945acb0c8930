import { diffSentences } from "../../core/text/sentence-diff.ts";
import { diffWords, type TextChange } from "../../core/text/text-diff.ts";
import { type Html, html } from "../html.ts";
import { clipText } from "../rows/clip-text.ts";
import { highlighted } from "../rows/highlighted.ts";

/** Longer runs of unchanged sentences are folded to a count. */
const mostUnchanged = 2;
/** More lines than this make no diff that anybody reads. */
const mostLines = 2_000;
const longestLine = 5_000;
/** A sentence that shares at least this much with the one it replaces is shown with its changed words. */
const alike = 0.4;

/** A diff by sentence as a list, and how many were added and removed. */
export interface DiffList {
  readonly markup: Html;
  readonly added: number;
  readonly removed: number;
}

export function diffList(before: string, after: string, label: string): DiffList {
  const changes = diffSentences(before, after);
  const [added, removed] = (["added", "removed"] as const).map(
    (kind) => changes.filter((one) => one.kind === kind).length,
  ) as [number, number];
  const lines = linesOf(changes);
  const shown = lines.slice(0, mostLines);
  const markup = html`<ol class="diff" aria-label="${label}">
${shown}
${lines.length > shown.length ? html`<li class="cut">${lines.length - shown.length} more lines</li>` : null}</ol>`;
  return { markup, added, removed };
}

function linesOf(changes: readonly TextChange[]): readonly Html[] {
  const lines: Html[] = [];
  for (let at = 0; at < changes.length; ) {
    const kind = changes[at]?.kind;
    let end = at;
    while (changes[end]?.kind === kind) end++;
    const run = changes.slice(at, end).map(({ text }) => clipText(text, longestLine));
    if (kind === "same") {
      lines.push(...unchanged(run, { isFirst: at === 0, isLast: end === changes.length }));
      at = end;
      continue;
    }
    let next = end;
    while (changes[next]?.kind !== "same" && next < changes.length) next++;
    const block = changes.slice(at, next).map((one) => ({ ...one, text: clipText(one.text, longestLine) }));
    lines.push(...replaced(block));
    at = next;
  }
  return lines;
}

/** The sentences next to a change give it its place; those between them are counted. */
function unchanged(
  run: readonly string[],
  { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean },
): readonly Html[] {
  if (run.length <= mostUnchanged || (isFirst && isLast))
    return run.map((text) => html`<li><span>${highlighted(text)}</span></li>`);
  const head = isFirst ? [] : run.slice(0, 1);
  const tail = isLast ? [] : run.slice(-1);
  const folded = run.length - head.length - tail.length;
  const line = (text: string) => html`<li><span>${highlighted(text)}</span></li>`;
  return [
    ...head.map(line),
    html`<li class="cut">${folded} ${folded === 1 ? "sentence" : "sentences"} unchanged</li>`,
    ...tail.map(line),
  ];
}

function replaced(block: readonly TextChange[]): readonly Html[] {
  const removed = block.filter(({ kind }) => kind === "removed");
  const added = block.filter(({ kind }) => kind === "added");
  return [
    ...removed.map(({ text }, at) => changedLine("removed", wordsOf(text, added[at]?.text, "removed"))),
    ...added.map(({ text }, at) => changedLine("added", wordsOf(text, removed[at]?.text, "added"))),
  ];
}

function changedLine(kind: "added" | "removed", content: Html): Html {
  return html`<li class="${kind === "added" ? "add" : "del"}"><span><span class="vh">${kind}: </span>${content}</span></li>`;
}

/** The sentence, with the words marked that the other one does not have, if the two are alike. */
function wordsOf(text: string, other: string | undefined, kind: "added" | "removed"): Html {
  if (other === undefined) return highlighted(text);
  const words = kind === "added" ? diffWords(other, text) : diffWords(text, other);
  const shared = words
    .filter((word) => word.kind === "same")
    .reduce((sum, word) => sum + word.text.trim().length, 0);
  if (shared < alike * Math.max(text.length, other.length)) return highlighted(text);
  return html`${words.flatMap((word) =>
    word.kind === "same" ? [html`${word.text}`] : word.kind === kind ? [html`<mark>${word.text}</mark>`] : [],
  )}`;
}
