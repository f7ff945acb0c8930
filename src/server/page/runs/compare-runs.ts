import type { OptimizationRecord, RunRecord } from "../../../contracts/run-record.ts";
import { NotFoundError, UsageError } from "../../../core/errors.ts";
import type { Template } from "../../../core/prompt/prompt.ts";
import { count, interval, score, signed } from "../../../report/figures.ts";
import { type Html, html } from "../../../report/html.ts";
import { clipText } from "../../../report/rows/clip-text.ts";
import { newName } from "../../../report/rows/row-changes.ts";
import { diffList } from "../../../report/sections/diff-list.ts";
import { verdictOf } from "../../../report/sections/verdict.ts";
import { type ValueDifference, valueDifferences } from "../../../run/plan/plan-differences.ts";
import { toRecordJson } from "../../../run/record/record-json.ts";
import { dataTable, type TableColumn } from "../shell/data-table.ts";
import { emptyNote } from "../shell/notes.ts";
import type { PageContent, PageRequest } from "../shell/page-area.ts";
import { dollars, duration } from "../shell/page-figures.ts";
import { addressOf, link, promptLink } from "../shell/page-links.ts";
import { comparedRows, pairOutcome } from "./compared-rows.ts";

/** One optimization of a run, on one side of the comparison. */
interface Side {
  readonly letter: "A" | "B";
  readonly run: RunRecord;
  readonly record: OptimizationRecord;
}

/** Two runs: settings that differ, scores with intervals, rows that got better or worse, and both texts. */
export async function compareRunsPage(
  recordOf: (id: string) => Promise<RunRecord>,
  request: PageRequest,
): Promise<PageContent> {
  const { query } = request;
  const [a, b] = [query.get("a") ?? "", query.get("b") ?? ""];
  if (a === "" || b === "")
    throw new UsageError("two runs are needed to compare", { hint: "choose Compare… on the page of a run" });
  const first = await recordOf(a);
  const second = await recordOf(b);
  const one = sideOf("A", first, query.get("ao"));
  const other = sideOf("B", second, query.get("bo") ?? one.record.name);
  const outcome = pairOutcome(one.record, other.record);
  return {
    title: verdictWords(outcome),
    crumbs: html`${link(["ui", "runs"], "Runs")} / compare`,
    meta: html`${sideLine(one)}<br>${sideLine(other)}`,
    tools: html`<a class="btn" href="${addressOf(["ui", "runs", "compare"], { a: b, b: a, ao: other.record.name, bo: one.record.name })}">Swap A and B</a>`,
    content: html`${optimizationChoices(one, other)}
${scoresSection(one, other)}
${settingsSection(one, other)}
${textSection(one, other)}
${comparedRows(one.record, other.record, request)}`,
  };
}

function sideOf(letter: Side["letter"], run: RunRecord, wanted: string | null): Side {
  const { optimizations } = run;
  const named = optimizations.find(({ name }) => name === wanted);
  const record = named ?? optimizations[0];
  if (record === undefined)
    throw new NotFoundError("optimization", wanted ?? run.run, [], { hint: `${run.run} has none` });
  return { letter, run, record };
}

function verdictWords(outcome: ReturnType<typeof pairOutcome>): string {
  if (outcome === undefined) return "The runs share no held-out row";
  const { difference, interval: ends, rows } = outcome.comparison;
  const figures = `${signed(difference)} [${interval(ends).replace(" to ", ", ")}] on ${count(rows)} shared held-out rows`;
  if (ends[0] > 0) return `B is better: ${figures}`;
  return ends[1] < 0 ? `B is worse: ${figures}` : `No proven difference: ${figures}`;
}

function sideLine({ letter, run, record }: Side): Html {
  return html`<b>${letter}</b> ${link(["ui", "runs", run.run], run.run)} · ${record.name} · ${verdictOf(record).sentence}`;
}

/** Runs of several optimizations: which ones are compared. */
function optimizationChoices(one: Side, other: Side): Html | null {
  const sides = [one, other].filter(({ run }) => run.optimizations.length > 1);
  if (sides.length === 0) return null;
  const address = (side: Side, name: string) =>
    addressOf(["ui", "runs", "compare"], {
      ...{ a: one.run.run, b: other.run.run },
      ao: side === one ? name : one.record.name,
      bo: side === other ? name : other.record.name,
    });
  return html`${sides.map(
    (side) =>
      html`<nav class="chips" aria-label="Optimization of run ${side.letter}"><b>${side.letter}</b> ${side.run.optimizations.map(
        ({ name }) =>
          html`<a href="${address(side, name)}"${name === side.record.name ? html` aria-current="true"` : null}>${name}</a>`,
      )}</nav>`,
  )}`;
}

interface ScoreLine {
  readonly name: string;
  readonly value: (side: Side) => string;
}

const scoreLines: readonly ScoreLine[] = [
  { name: "Held-out score, base", value: ({ record }) => score(record.scores.test?.base) },
  { name: "Held-out score, new", value: ({ record }) => score(record.scores.test?.optimized) },
  {
    name: "Gain, with its interval",
    value: ({ record: { scores } }) =>
      scores.test === undefined
        ? "–"
        : `${signed(scores.test.difference)} [${interval(scores.test.interval)}]`,
  },
  {
    name: "Held-out rows",
    value: ({ record }) => (record.scores.test === undefined ? "–" : count(record.scores.test.rows)),
  },
  { name: "Validation score, new", value: ({ record }) => score(record.scores.validation?.optimized) },
  {
    name: "Against the source model",
    value: ({ record: { scores } }) =>
      scores.source === undefined ? "–" : `${(scores.source.parity * 100).toFixed(1)} %`,
  },
  { name: "Calls", value: ({ record }) => count(record.usage.total.calls) },
  { name: "Cost", value: ({ record }) => dollars(record.usage.total.usd) },
  { name: "Time", value: ({ record }) => duration(record.seconds) },
];

function scoresSection(one: Side, other: Side): Html {
  const columns: readonly TableColumn<ScoreLine>[] = [
    { head: "Measured", cell: ({ name }) => name },
    { head: "A", isNumber: true, cell: ({ value }) => value(one) },
    { head: "B", isNumber: true, cell: ({ value }) => value(other) },
  ];
  return html`<section aria-labelledby="h-scores"><div class="sec"><h2 id="h-scores">Scores</h2></div>
${dataTable(columns, scoreLines, { label: "Scores of both runs" })}</section>`;
}

const longestValue = 300;

function settingsSection(one: Side, other: Side): Html {
  const differences = valueDifferences(settingsOf(one), settingsOf(other));
  const columns: readonly TableColumn<ValueDifference>[] = [
    { head: "Setting", cell: ({ path }) => path },
    { head: "A", label: "A", isWide: true, cell: ({ before }) => shown(before) },
    { head: "B", label: "B", isWide: true, cell: ({ after }) => shown(after) },
  ];
  return html`<section aria-labelledby="h-settings"><div class="sec"><h2 id="h-settings">Settings that differ</h2></div>
${differences.length === 0 ? emptyNote("Both runs have the same settings") : dataTable(columns, differences, { label: "Settings that differ" })}</section>`;
}

/** What determined the outcome, without the texts, which have their own section. */
function settingsOf({ run, record }: Side) {
  const { prompts, sourcePrompts: _source, ...plan } = record.plan;
  const bases = Object.fromEntries(
    prompts.map(({ path, baseVersion }) => [path, baseVersion ?? "the text of the config"]),
  );
  return toRecordJson({ ...plan, modelsUsed: record.models ?? {}, base: bases, tool: run.tool.version });
}

function shown(value: ValueDifference["before"]): string {
  if (value === undefined) return "–";
  return clipText(typeof value === "string" ? value : JSON.stringify(value), longestValue);
}

function textSection(one: Side, other: Side): Html {
  const keys = one.record.prompts.filter(({ key }) =>
    other.record.prompts.some((prompt) => prompt.key === key),
  );
  const parts = keys.map(({ key, path, best, optimized }) => {
    const match = other.record.prompts.find((prompt) => prompt.key === key);
    const label = `Difference by sentence of ${key}, A to B`;
    const { markup, added, removed } = diffList(
      textOf(best.template),
      textOf(match?.best.template ?? ""),
      label,
    );
    const same = added === 0 && removed === 0;
    return html`<h3 class="gap">${optimized === null ? path : promptLink(path, path, { version: optimized.version })}</h3>
${same ? html`<p class="muted">Both runs ended with the same text.</p>` : html`${markup}<p class="small muted">${count(added)} sentences only in B, ${count(removed)} only in A.</p>`}`;
  });
  return html`<section aria-labelledby="h-text"><div class="sec"><h2 id="h-text">Text</h2><span class="muted small">${newName(one.record)} of A against ${newName(other.record).toLowerCase()} of B</span></div>
${parts.length === 0 ? emptyNote("The runs are about different prompts") : parts}</section>`;
}

function textOf(template: Template): string {
  if (typeof template === "string") return template;
  return template.map(({ role, content }) => `[${role}]\n${content}`).join("\n\n");
}
