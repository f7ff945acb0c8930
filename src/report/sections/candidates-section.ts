import type { CandidateRecord } from "../../contracts/run-record.ts";
import type { CandidateId, PromptTexts } from "../../core/prompt/candidate.ts";
import { count, score, tokenCount } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { clipText } from "../rows/clip-text.ts";
import { lineage, type TreeLine } from "../rows/lineage.ts";
import { makerWords } from "../rows/maker-words.ts";
import { newName } from "../rows/row-changes.ts";
import { diffList } from "./diff-list.ts";
import { type SectionContext, section } from "./section.ts";

const mostCandidates = 500;
const longestText = 20_000;
const longestReason = 600;
const idLength = 7;

/** What a line names besides its own candidate. Looked up once: a search may make thousands of candidates. */
interface CandidatesContext extends SectionContext {
  readonly ids: ReadonlySet<CandidateId | null>;
  /** The first candidate made of several, by each of its parents. */
  readonly mergeOf: ReadonlyMap<CandidateId, CandidateRecord>;
}

/** All candidates as a tree with the reasons of rejection, and what each one changed. */
export function candidatesSection(context: SectionContext): Html | null {
  const { candidates } = context.record;
  if (candidates.length < 2) return null;
  const named = withNamed(context);
  const lines = lineage(candidates);
  const shown = lines.slice(0, mostCandidates);
  const refused = candidates.filter(({ id }) => id === null);
  const accepted = candidates.filter(({ status }) => status === "accepted").length;
  const notes = [
    `${count(lines.length - 1)} written`,
    `${count(accepted)} accepted`,
    ...(refused.length === 0 ? [] : [`${count(refused.length)} refused before a call was spent`]),
  ];
  return section(context, { id: "candidates", title: "Candidates", note: notes.join(", ") }, [
    html`<table class="stack cands">
<caption class="vh">Candidates by lineage: each below the one that it was made from</caption>
<thead><tr><th scope="col">Candidate</th><th scope="col">Made by</th><th scope="col" class="num">Step</th><th scope="col" class="num">Validation</th><th scope="col" class="num">Rows</th><th scope="col" class="num">Tokens</th><th scope="col">Result</th></tr></thead>
<tbody>
${shown.map((line) => candidateLine(line, named))}
</tbody>
</table>`,
    lines.length === shown.length
      ? null
      : html`<p class="small muted">${count(lines.length - shown.length)} more candidates are in record.json.</p>`,
    refusedList(refused),
    html`<details class="diffs"><summary>What each candidate changed</summary>
${shown.map((line) => candidateDiff(line, context))}
</details>`,
  ]);
}

function withNamed(context: SectionContext): CandidatesContext {
  const { candidates } = context.record;
  const mergeOf = new Map<CandidateId, CandidateRecord>();
  for (const one of candidates) {
    if (one.parents.length < 2) continue;
    for (const parent of one.parents) if (!mergeOf.has(parent)) mergeOf.set(parent, one);
  }
  return { ...context, ids: new Set(candidates.map(({ id }) => id)), mergeOf };
}

function candidateLine({ candidate, branch, parent, isCapped }: TreeLine, context: CandidatesContext): Html {
  const { id, by, step, validation, validationRows, promptTokens, parents } = candidate;
  const name = (id ?? "").slice(0, idLength);
  const chosen = context.record.pareto?.entries.find(({ isChosen }) => isChosen)?.candidate;
  const tag =
    id === chosen && candidate.status !== "seed"
      ? html` <span class="tag">${newName(context.record).toLowerCase()}</span>`
      : null;
  // The branch is drawn for eyes; the parent is named for screen readers, and where the branch ends.
  const from =
    parent?.id == null
      ? null
      : html`<span class="${isCapped ? "muted small" : "vh"}"> from ${parent.id.slice(0, idLength)}</span>`;
  return html`<tr id="${context.prefix}c-${id}"><th scope="row" class="tree wide">${branch === "" ? null : html`<span class="pre" aria-hidden="true">${branch}</span>`}<a href="#${context.prefix}d-${id}">${name}</a>${candidate.status === "seed" ? " base" : null}${tag}${from}</th><td>${makerWords(by, parents.length)}</td><td class="num" data-l="step">${step}</td><td class="num" data-l="validation">${validation === null ? null : score(validation)}</td><td class="num" data-l="rows">${validationRows === 0 ? null : count(validationRows)}</td><td class="num" data-l="tokens">${promptTokens === null ? null : tokenCount(promptTokens)}</td><td class="wide">${resultOf(candidate, context)}</td></tr>
`;
}

function resultOf({ id, status, reason, validation }: CandidateRecord, context: CandidatesContext): Html {
  const why = reason === null ? null : html` ${linkedReason(clipText(reason, longestReason), context)}`;
  if (status === "seed") return html`<span class="st same">Base</span>`;
  if (status === "accepted") return html`<span class="st ok">Accepted</span>${why}`;
  if (status === "rejected") return html`<span class="st no">Rejected</span>${why}`;
  const merge = id === null ? undefined : context.mergeOf.get(id);
  const fate = validation === null ? html` not measured` : null;
  return html`<span class="st same">Proposed</span>${merge?.id == null ? (why ?? fate) : html` joined into ${candidateLink(merge.id, context)}`}`;
}

const idInText = /\b([0-9a-f]{12})\b/;

/** A reason with the candidates that it names as links. */
function linkedReason(reason: string, context: CandidatesContext): Html {
  return html`${reason.split(idInText).map((part) => (context.ids.has(part) ? candidateLink(part, context) : html`${part}`))}`;
}

function candidateLink(id: CandidateId, { prefix }: SectionContext): Html {
  return html`<a href="#${prefix}c-${id}">${id.slice(0, idLength)}</a>`;
}

/** Replies that never became a candidate, by reason. */
function refusedList(refused: readonly CandidateRecord[]): Html | null {
  if (refused.length === 0) return null;
  const groups = new Map<string, CandidateRecord[]>();
  for (const one of refused)
    groups.set(one.reason ?? "no reason", [...(groups.get(one.reason ?? "no reason") ?? []), one]);
  const sorted = [...groups].sort(([, some], [, more]) => more.length - some.length).slice(0, 20);
  return html`<div class="small refused"><p class="muted">Refused before a call was spent:</p><ul class="plain">${sorted.map(([reason, ones]) => html`<li>${count(ones.length)} × ${clipText(reason, longestReason)}</li>`)}</ul></div>`;
}

function candidateDiff({ candidate, parent }: TreeLine, { prefix, level }: SectionContext): Html | null {
  const { id, texts } = candidate;
  if (id === null) return null;
  const name = id.slice(0, idLength);
  const full = html`<details><summary>Full text<span class="vh"> of ${name}</span></summary><pre class="text" tabindex="0">${clipText(joined(texts), longestText)}</pre></details>`;
  const heading = (words: string) =>
    html`<h${level + 1} id="${prefix}d-${id}" class="gap">${words}</h${level + 1}>`;
  if (parent === undefined) return html`${heading(`${name}, the base`)}${full}`;
  const against = `${name} against ${parent.id?.slice(0, idLength)}`;
  return html`${heading(against)}
${diffList(joined(parent.texts), joined(texts), `Difference by sentence, ${against}`).markup}
${full}`;
}

function joined(texts: PromptTexts): string {
  const entries = Object.entries(texts);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) return only[1];
  return entries.map(([name, text]) => `[${name}]\n${text}`).join("\n\n");
}
