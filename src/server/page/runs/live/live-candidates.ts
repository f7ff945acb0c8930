import type { CandidateId } from "../../../../core/prompt/candidate.ts";
import { score } from "../../../../report/figures.ts";
import { type Html, html } from "../../../../report/html.ts";
import { clipText } from "../../../../report/rows/clip-text.ts";
import { makerWords } from "../../../../report/rows/maker-words.ts";
import type { LiveCandidate, LiveOptimization } from "./live-run.ts";

const idLength = 7;
const longestReason = 400;

/** The rows of the table of candidates, oldest first, so that no row moves under the reader. */
export function candidateRows(one: LiveOptimization): Readonly<Record<string, Html>> {
  const rows: Record<string, Html> = {};
  if (one.base !== undefined)
    rows["cand-base"] =
      html`<tr id="cand-base"><th scope="row" class="wide">base</th><td data-l="made by">config</td><td class="num" data-l="step">0</td><td class="num" data-l="validation">${score(one.base.validation)}</td><td class="wide"><span class="st same">Base</span></td></tr>`;
  const joined = mergesOf(one);
  for (const candidate of one.candidates.values())
    rows[rowId(candidate.id)] = rowOf(candidate, {
      isBest: one.best?.id === candidate.id,
      isPast: one.phase !== "search" || candidate.step < (one.step ?? 0),
      joined,
    });
  return rows;
}

function rowId(id: CandidateId): string {
  return `cand-${id}`;
}

export function shortId(id: CandidateId): string {
  return id.slice(0, idLength);
}

/** Candidate → the merge that took it in. */
function mergesOf({ candidates }: LiveOptimization): ReadonlyMap<CandidateId, CandidateId> {
  return new Map(
    [...candidates.values()].flatMap(({ id, parents }) =>
      parents.length > 1 ? parents.map((parent) => [parent, id] as const) : [],
    ),
  );
}

function rowOf(
  candidate: LiveCandidate,
  {
    isBest,
    isPast,
    joined,
  }: {
    readonly isBest: boolean;
    readonly isPast: boolean;
    readonly joined: ReadonlyMap<CandidateId, CandidateId>;
  },
): Html {
  const { id, by, parents, step, validation } = candidate;
  const [parent] = parents;
  const from =
    parents.length > 1 || parent === undefined
      ? null
      : html` <span class="muted small">from ${shortId(parent)}</span>`;
  return html`<tr id="${rowId(id)}"${isBest ? html` aria-selected="true"` : null}><th scope="row" class="wide">${shortId(id)}${from}${isBest ? html` <span class="tag">best</span>` : null}</th><td data-l="made by">${makerWords(by, parents.length)}</td><td class="num" data-l="step">${step}</td><td class="num" data-l="validation">${validation === null ? null : score(validation)}</td><td class="wide">${resultOf(candidate, joined.get(id), isPast)}</td></tr>`;
}

function resultOf(
  { status, reason }: LiveCandidate,
  mergedInto: CandidateId | undefined,
  isPast: boolean,
): Html {
  const why = reason === null ? null : html` ${clipText(reason, longestReason)}`;
  if (status === "accepted") return html`<span class="st ok">Accepted</span>${why}`;
  if (status === "rejected") return html`<span class="st no">Rejected</span>${why}`;
  if (mergedInto !== undefined) return html`<span class="st same">Joined</span> into ${shortId(mergedInto)}`;
  // Its step is over without a decision on it.
  return isPast
    ? html`<span class="st same">Not chosen</span>`
    : html`<span class="st live">Measuring</span>`;
}
