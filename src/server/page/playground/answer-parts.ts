import { valueText } from "../../../core/data/json.ts";
import { conversationOf, inputsText } from "../../../core/prompt/conversation.ts";
import { count, score } from "../../../report/figures.ts";
import { type Html, html } from "../../../report/html.ts";
import { clipText, foldText } from "../../../report/rows/clip-text.ts";
import { changeForm } from "../shell/change-form.ts";
import { errorNote } from "../shell/notes.ts";
import type { PageRequest } from "../shell/page-area.ts";
import { dollars, latency } from "../shell/page-figures.ts";
import { addressOf } from "../shell/page-links.ts";
import type { LiveParts } from "../shell/parts-stream.ts";
import type { PlaygroundRow } from "./dataset-rows.ts";
import { columnName, type PlaygroundColumn } from "./playground-setup.ts";
import type { Cell } from "./run-cell.ts";

/** What is shown of a job: running, finished, or read from its traces. */
export interface ShownJob {
  readonly id: string;
  readonly columns: readonly PlaygroundColumn[];
  readonly rows: readonly PlaygroundRow[];
  readonly cells: readonly (readonly Cell[])[];
  readonly isEnded: boolean;
}

const longestText = 200_000;
const longestFeedback = 2000;
const mostNotes = 5;
const recordedWords = "recorded answer";

/** The answers: of one row beside the columns, of several as a table. */
export function answerParts(job: ShownJob, request: PageRequest): LiveParts {
  const isSingle = job.rows.length === 1;
  const first = job.cells[0] ?? [];
  return {
    parts: {
      "pg-status": statusLine(job, request),
      ...(isSingle
        ? Object.fromEntries(first.map((cell, at) => [`pg-cell-${at}`, cellPart(cell, at, job.rows[0])]))
        : { "pg-total": totalsTable(job) }),
    },
    rows: isSingle
      ? {}
      : Object.fromEntries(job.rows.map((row, at) => [`pg-row-${at}`, rowLine(job, row, at)])),
  };
}

function countStates(cells: readonly Cell[]): Readonly<Record<Cell["state"], number>> {
  const counts = { waiting: 0, answering: 0, done: 0, failed: 0, stopped: 0 };
  for (const { state } of cells) counts[state]++;
  return counts;
}

function statusLine(job: ShownJob, request: PageRequest): Html {
  const all = job.cells.flat();
  const counts = countStates(all);
  const known = all.flatMap(({ usd, judgeUsd }) => (usd === null ? [] : [usd + (judgeUsd ?? 0)]));
  const spent = known.length === 0 ? "" : ` · ${dollars(known.reduce((sum, one) => sum + one, 0))}`;
  const uncalled = all.filter(isUncalled).length;
  const others = [
    ...(counts.failed === uncalled ? [] : [`${count(counts.failed - uncalled)} failed`]),
    ...(uncalled === 0 ? [] : [`${count(uncalled)} not called`]),
    ...(counts.stopped === 0 ? [] : [`${count(counts.stopped)} stopped`]),
  ];
  const of = others.length === 0 || !job.isEnded ? ` of ${count(all.length)}` : "";
  const parts = [`${count(counts.done)}${of} answered`, ...others];
  const stop = job.isEnded
    ? null
    : changeForm(
        request,
        { action: "stop", label: "Stop", className: "inline" },
        () =>
          html`<input type="hidden" name="job" value="${job.id}"><button class="btn" id="pg-stop" data-key="Escape">Stop <kbd>Esc</kbd></button>`,
      );
  return html`<div class="row spread"><p class="small muted" role="status">${job.isEnded ? null : html`<span class="st live">Answering</span> `}${parts.join(", ")}${spent}${job.isEnded ? savedWords(all) : ""}</p>${stop}</div>${uncalledNotes(job)}`;
}

/** The call could not be made at all, so nothing was stored. */
function isUncalled({ state, traceId }: Cell): boolean {
  return state === "failed" && traceId === undefined;
}

function savedWords(cells: readonly Cell[]): string {
  const saved = cells.filter(({ traceId }) => traceId !== undefined).length;
  if (saved === cells.length) return ". Saved as traces.";
  if (saved === 0) return ". Nothing was saved.";
  return `. ${count(saved)} of ${count(cells.length)} saved as traces: only calls that were made are.`;
}

/** Why calls of a table could not be made, each reason once; a single row has it in its cell. */
function uncalledNotes({ rows, columns, cells }: ShownJob): readonly Html[] {
  if (rows.length === 1) return [];
  const notes = new Map<string, Html>();
  for (const row of cells)
    for (const [place, cell] of row.entries()) {
      const column = columns[place];
      if (!isUncalled(cell) || cell.error === undefined || column === undefined) continue;
      const { message, hint } = cell.error;
      const text = `${columnName(column)}: ${message}`;
      if (!notes.has(text) && notes.size < mostNotes) notes.set(text, errorNote(text, hint));
    }
  return [...notes.values()];
}

function cellPart(cell: Cell, at: number, row: PlaygroundRow | undefined): Html {
  const { state, output, toolCalls, feedback, error, notes, traceId } = cell;
  const text =
    output === "" && toolCalls.length > 0
      ? toolCalls.map(({ name, arguments: given }) => `${name}(${given})`).join("\n")
      : output;
  const answer = html`<div class="answer" tabindex="0" role="region" aria-label="Answer ${at + 1}"${state === "answering" ? html` aria-busy="true"` : null}><span id="pg-answer-${at}">${clipText(text, longestText)}</span>${state === "answering" ? html`<span class="caret"></span>` : null}</div>`;
  return html`<div class="row spread"><span class="small muted">${stateWords(cell)}</span>${scoreMark(cell, row?.isRecorded === true)}</div>
${error === undefined ? answer : html`${errorNote(error.message, error.hint)}${text === "" ? null : answer}`}
${feedback === undefined ? null : html`<p class="small muted">${clipText(feedback, 2000)}</p>`}${notes.map((note) => html`<p class="small muted">${clipText(note, 500)}</p>`)}
${figuresOf(cell)}
${traceId === undefined ? null : html`<div class="row small"><a href="${addressOf(["ui", "traces", traceId])}">Trace</a><button type="button" class="btn plain js-only" data-copy="pg-answer-${at}">Copy</button></div>`}`;
}

const states = {
  waiting: "Waits for its turn",
  answering: "",
  done: "",
  failed: "",
  stopped: "Stopped",
} as const;

function stateWords({ state }: Cell): Html {
  if (state === "answering") return html`<span class="st live">Answering</span>`;
  return html`${states[state]}`;
}

function scoreMark({ score: value }: Cell, isRecorded: boolean): Html | null {
  if (value === undefined) return null;
  const mark =
    value === 0 || value === 1
      ? html`<span class="st ${value === 1 ? "ok" : "no"}">${value}</span>`
      : html`<b>${score(value)}</b>`;
  return isRecorded
    ? html`<span>${mark} <span class="muted small">against the ${recordedWords}</span></span>`
    : mark;
}

function figuresOf({
  state,
  latencyMs,
  firstMs,
  inputTokens,
  outputTokens,
  usd,
  startedMs,
}: Cell): Html | null {
  if (state === "waiting") return null;
  const soFar =
    state === "answering" && startedMs !== undefined
      ? `${latency(performance.now() - startedMs)} so far`
      : "–";
  return html`<dl class="quad bottom"><dt>Latency</dt><dd>${latencyMs === undefined ? soFar : latency(latencyMs)}</dd><dt>First token</dt><dd>${firstMs === undefined ? "–" : latency(firstMs)}</dd><dt>Tokens</dt><dd>${inputTokens === null ? "–" : `${count(inputTokens)} + ${outputTokens === null ? "?" : count(outputTokens)}`}</dd><dt>USD / 1,000</dt><dd>${usd === null ? "–" : (usd * 1000).toFixed(4)}</dd></dl>`;
}

/** The table of several rows; its rows and totals are parts. */
export function rowsTable(
  { rows, columns }: ShownJob,
  lines: Readonly<Record<string, Html>>,
  total: Html,
): Html {
  const names = new Set(rows.flatMap(({ inputs }) => Object.keys(inputs)));
  const [only] = names;
  const head = names.size === 1 && only !== undefined ? `Input: ${only}` : "Inputs";
  return html`<section aria-labelledby="h-many"><div class="sec"><h2 id="h-many">Rows tried</h2></div>
<table class="stack tried" aria-label="Answers by row">
<thead><tr><th scope="col" class="num">Row</th><th scope="col">${head}</th><th scope="col">Expected</th>${columns.map((column) => html`<th scope="col">${columnName(column)}</th>`)}</tr></thead>
<tbody id="live-rows">
${Object.values(lines)}
</tbody>
</table>
<div id="pg-total">${total}</div></section>`;
}

function rowLine({ cells, columns }: ShownJob, row: PlaygroundRow, at: number): Html {
  const answers = (cells[at] ?? []).map((cell, place) => {
    const { state, output, score: value, feedback, error, traceId } = cell;
    const label = columns[place] === undefined ? "" : columnName(columns[place]).toLowerCase();
    const mark = value === 1 ? "a y" : value === 0 ? "a n" : "a";
    const shown =
      state === "waiting" || (state === "answering" && output === "")
        ? html`<span class="muted">${state === "waiting" ? "" : "Answering"}</span>`
        : isUncalled(cell)
          ? html`<span class="st no">Not called</span>`
          : error !== undefined
            ? html`<span class="st no">Failed</span> ${foldText(`${error.message}${error.hint === undefined ? "" : `; ${error.hint}`}`, longestText)}`
            : state === "stopped" && output === ""
              ? html`<span class="muted">Stopped</span>`
              : html`${value === undefined || value === 0 || value === 1 ? null : html`<b class="fig">${score(value)}</b> `}${foldText(output, longestText)}`;
    return html`<td data-l="${label}"><div class="${mark}">${value === undefined ? null : html`<span class="vh">${value === 1 ? "right" : value === 0 ? "wrong" : "score"}: </span>`}${shown}</div>${feedback === undefined || value === 1 ? null : html`<p class="small muted">${foldText(feedback, longestFeedback)}</p>`}${traceId === undefined ? null : html`<a class="small" href="${addressOf(["ui", "traces", traceId])}" aria-label="trace of row ${row.number}, ${label}">trace</a>`}</td>`;
  });
  return html`<tr id="pg-row-${at}"><th scope="row" class="num">${row.number === 0 ? "" : row.number}</th><td class="wide">${foldText(shownInputs(row), longestText)}</td><td data-l="expected">${foldText(row.expected ?? "", longestText)}${row.isRecorded === true ? html` <span class="muted small">${recordedWords}</span>` : null}</td>${answers}</tr>`;
}

/** A single input without its name, which the head has. */
function shownInputs({ inputs }: PlaygroundRow): string {
  const [only, ...others] = Object.values(inputs);
  return only !== undefined && others.length === 0 && conversationOf(inputs) === undefined
    ? valueText(only)
    : inputsText(inputs);
}

/** What each column came to so far. */
function totalsTable({ columns, cells }: ShownJob): Html {
  const line = (column: PlaygroundColumn, place: number) => {
    const own = cells.flatMap((row) => row[place] ?? []);
    const scored = own.flatMap(({ score: value }) => value ?? []);
    const mean = scored.length === 0 ? undefined : scored.reduce((sum, one) => sum + one, 0) / scored.length;
    const times = own.flatMap(({ latencyMs, state }) =>
      state === "done" && latencyMs !== undefined ? [latencyMs] : [],
    );
    const costs = own.flatMap(({ usd }) => usd ?? []);
    const right = scored.filter((one) => one === 1).length;
    return html`<tr><th scope="row" class="wide">${columnName(column)}</th><td class="num" data-l="mean score">${mean === undefined ? "–" : score(mean)}</td><td class="num" data-l="right">${scored.length === 0 ? "–" : `${count(right)} of ${count(scored.length)}`}</td><td class="num" data-l="failed">${count(countStates(own).failed)}</td><td class="num" data-l="median latency">${times.length === 0 ? "–" : latency(median(times))}</td><td class="num" data-l="cost">${costs.length === 0 ? "–" : dollars(costs.reduce((sum, one) => sum + one, 0))}</td></tr>
`;
  };
  return html`<h3 class="gap">So far</h3><table class="stack" aria-label="Columns compared">
<thead><tr><th scope="col">Column</th><th scope="col" class="num">Mean score</th><th scope="col" class="num">Right</th><th scope="col" class="num">Failed</th><th scope="col" class="num">Median latency</th><th scope="col" class="num">Cost</th></tr></thead>
<tbody>
${columns.map(line)}</tbody>
</table>
<p class="small muted">A comparison on a few rows proves little: <code>dao-opt eval</code> measures with intervals.</p>`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
