import type { RunPlan } from "../../../../contracts/run-plan.ts";
import { count } from "../../../../report/figures.ts";
import { type Html, html } from "../../../../report/html.ts";
import { outlookOf } from "../../../../run/progress/time-left.ts";
import { dollars, duration } from "../../shell/page-figures.ts";
import { changedQuery } from "../../shell/page-links.ts";
import type { LiveParts } from "../../shell/parts-stream.ts";
import { candidateRows } from "./live-candidates.ts";
import type { LiveOptimization, LiveRun } from "./live-run.ts";
import { latestDiff, scoreChart } from "./live-score.ts";

/** What the page of a running run shows of it now. */
export interface LiveView {
  readonly run: LiveRun;
  readonly state: "running" | "stopped";
  readonly plan: Pick<RunPlan, "optimizations"> | undefined;
  /** The optimization that the reader chose; undefined follows the current one. */
  readonly chosen: string | undefined;
  readonly path: string;
  /** As it must be typed. */
  readonly resumeCommand: string;
  readonly nowMs: number;
}

/** Renders every part that changes. The page is made of the same parts, so that it is whole without scripts. */
export function liveParts(view: LiveView): LiveParts {
  const shown = shownOptimization(view);
  return {
    parts: {
      "live-state": stateLine(view),
      // A run that has ended cannot be stopped.
      ...(view.state === "stopped" ? { "live-stop": html`` } : {}),
      "live-figures": figures(view),
      "live-note": noteOf(view),
      "live-phases": shown === undefined ? html`` : phases(shown, view),
      "live-score": shown === undefined ? html`` : scoreChart(shown, view.run.planned.get(shown.name)?.calls),
      "live-latest": shown === undefined ? html`` : latestDiff(shown, baseTexts(shown, view)),
      "live-dropped": shown === undefined ? html`` : droppedLine(shown),
      "live-log": logOf(view.run),
      "live-optimizations": optimizationsTable(view, shown),
    },
    rows: shown === undefined ? {} : candidateRows(shown),
  };
}

export function shownOptimization({ run, chosen }: LiveView): LiveOptimization | undefined {
  const all = [...run.optimizations.values()];
  return (
    (chosen === undefined ? undefined : run.optimizations.get(chosen)) ??
    run.optimizations.get(run.progress.optimization) ??
    all[0]
  );
}

/** The texts of the base, if all its prompts are single texts. */
function baseTexts(
  { name }: LiveOptimization,
  { plan }: LiveView,
): Readonly<Record<string, string>> | undefined {
  const prompts = plan?.optimizations.find((one) => one.name === name)?.prompts ?? [];
  const texts = prompts.flatMap(({ key, template }) =>
    typeof template === "string" ? [[key, template] as const] : [],
  );
  return prompts.length === 0 || texts.length < prompts.length ? undefined : Object.fromEntries(texts);
}

function stateLine({ run, state }: LiveView): Html {
  const started =
    run.sessionStartedAt === undefined ? "" : ` · started ${run.sessionStartedAt.slice(11, 19)} UTC`;
  const atOnce = run.concurrency === undefined ? "" : ` · ${count(run.concurrency)} calls at once`;
  const sign =
    state === "running"
      ? html`<span class="st live">Running</span>`
      : html`<span class="st no">Stopped</span>`;
  return html`${sign}${started}${atOnce}`;
}

function figures({ run, plan, state, nowMs }: LiveView): Html {
  const { progress, planned, optimizations } = run;
  const now = state === "running" ? nowMs : Date.parse(run.lastEventAt ?? "") || nowMs;
  const plannedWork = (name: string) => {
    const one = planned.get(name);
    return one === undefined ? undefined : { calls: one.calls, seconds: one.seconds ?? undefined };
  };
  const outlook = outlookOf(progress, plannedWork, now);
  const all = [...optimizations.values()];
  const done = all.filter(({ status }) => status !== "queued" && status !== "started").length;
  const later = all.filter(({ status }) => status === "queued").length;
  const likelyUsd = sumOf([...planned.values()].map(({ usd }) => usd ?? undefined));
  const capUsd = sumOf(plan?.optimizations.map(({ budget }) => budget.usd) ?? [undefined]);
  const capCalls = sumOf(plan?.optimizations.map(({ budget }) => budget.calls) ?? [undefined]);
  const elapsed = run.sessionStartedAt === undefined ? 0 : (now - progress.startedMs) / 1000;
  const left = state === "running" ? outlook.secondsLeft : undefined;
  const callsOf = capCalls ?? outlook.likelyCalls;
  return html`<dl class="figs" aria-label="Progress of the whole run">
${figure("Optimizations", `${count(done)} of ${count(all.length)}`, meter("Optimizations finished", done, all.length), `${progress.optimization}${later === 0 ? "" : `, then ${count(later)} more`}`)}
${figure("Calls", count(outlook.calls), callsOf === undefined ? null : meter(capCalls === undefined ? "Calls of likely" : "Calls of cap", outlook.calls, callsOf), capCalls !== undefined ? `of ${count(capCalls)} at most` : outlook.likelyCalls === undefined ? "more than planned" : `of about ${count(Math.round(outlook.likelyCalls))}`)}
${figure("Spend", dollars(outlook.usd), capUsd === undefined || outlook.usd === null ? null : meter("Spend of cap", outlook.usd, capUsd), spendWords(outlook.usd, capUsd, likelyUsd))}
${figure("Time left", left === undefined ? "–" : duration(left), left === undefined ? null : meter("Time", elapsed, elapsed + left), `${duration(elapsed)} so far`)}
</dl>`;
}

function spendWords(usd: number | null, cap: number | undefined, likely: number | undefined): string {
  if (usd === null) return "no price is known for a model";
  const parts = [
    ...(cap === undefined ? ["no cap"] : [`of ${dollars(cap)} cap`]),
    ...(likely === undefined ? [] : [`likely ${dollars(likely)}`]),
  ];
  return parts.join(", ");
}

function figure(name: string, value: string, bar: Html | null, words: string): Html {
  return html`<div><dt>${name}</dt><dd class="v">${value}</dd><dd>${bar}${words}</dd></div>`;
}

function meter(label: string, value: number, most: number): Html {
  const share = most <= 0 ? 0 : Math.min(1, value / most);
  return html`<progress max="100" value="${Math.round(share * 100)}" aria-label="${label}">${Math.round(share * 100)} %</progress>`;
}

/** Undefined if one of them is. */
function sumOf(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce<number | undefined>(
    (sum, one) => (sum === undefined || one === undefined ? undefined : sum + one),
    0,
  );
}

function noteOf({ run, state, resumeCommand, nowMs }: LiveView): Html {
  if (state === "stopped") {
    const since =
      run.lastEventAt === undefined ? "" : `, ${duration((nowMs - Date.parse(run.lastEventAt)) / 1000)} ago`;
    return html`<div class="note bad" role="alert"><strong>The run has stopped.</strong> Its process ended without writing a result${since}. Every paid answer is kept. Continue with: <code>${resumeCommand}</code></div>`;
  }
  const { wait } = run.progress;
  if (wait === undefined || wait.untilMs <= nowMs) return html``;
  const last = run.notes.findLast(({ kind }) => kind !== "warning");
  return html`<p class="note warn" role="status"><strong>Waiting ${Math.ceil((wait.untilMs - nowMs) / 1000)} s.</strong> ${last?.text ?? wait.text}.</p>`;
}

const phaseWords: readonly (readonly [phase: string, words: string])[] = [
  ["base", "Base"],
  ["search", "Search"],
  ["gate", "Proof on held-out rows"],
  ["source", "Source model"],
];

function phases(one: LiveOptimization, { plan }: LiveView): Html {
  const planned = plan?.optimizations.find(({ name }) => name === one.name);
  const shown = phaseWords.filter(([phase]) => phase !== "source" || planned?.models.source !== undefined);
  const isDone = one.status !== "started" && one.status !== "queued";
  const current = isDone ? shown.length : shown.findIndex(([phase]) => phase === one.phase);
  const details = (phase: string): string => {
    if (phase === "search" && one.step !== undefined)
      return `, step ${one.step}${one.steps === undefined ? "" : ` of ${one.steps}`}`;
    return one.rows === undefined
      ? ""
      : `, ${count(Math.min(one.answers, one.rows))} of ${count(one.rows)} rows`;
  };
  return html`<ol class="steps" aria-label="Phases of ${one.name}">${shown.map(([phase, words], at) =>
    at === current
      ? html`<li aria-current="step">${words}${details(phase)}</li>`
      : at < current
        ? html`<li>${words} <span class="good">&nbsp;✓</span><span class="vh"> done</span></li>`
        : html`<li>${words}</li>`,
  )}</ol>`;
}

function droppedLine({ dropped }: LiveOptimization): Html {
  if (dropped.size === 0) return html``;
  const causes = [...dropped].sort(([, some], [, more]) => more - some).slice(0, 8);
  const total = [...dropped.values()].reduce((sum, one) => sum + one, 0);
  return html`<p class="small muted">${count(total)} ${total === 1 ? "rewrite was" : "rewrites were"} dropped before a call was spent: ${causes.map(([cause, times]) => `${count(times)} ${cause}`).join(", ")}.</p>`;
}

const noteSigns = { wait: ["wait", "Wait"], retry: ["wait", "Retry"], warning: ["live", "Note"] } as const;

function logOf({ notes }: LiveRun): Html {
  if (notes.length === 0) return html`<p class="muted small">None so far.</p>`;
  return html`<ol class="log" reversed>${[...notes].reverse().map(({ at, kind, text }) => {
    const [style, word] = noteSigns[kind];
    return html`<li><time datetime="${at}">${at.slice(11, 19)}</time><span><span class="st ${style}">${word}</span> ${text.slice(0, 500)}</span></li>`;
  })}</ol>`;
}

function optimizationsTable({ run, plan, path }: LiveView, shown: LiveOptimization | undefined): Html {
  const planned = new Map(plan?.optimizations.map((one) => [one.name, one]) ?? []);
  const line = (one: LiveOptimization) => {
    const { name, base, best, status, phase } = one;
    const address = changedQuery(path, new URLSearchParams(), { optimization: name });
    const scores =
      base === undefined
        ? "–"
        : `${base.validation.toFixed(3)} → ${(best?.validation ?? base.validation).toFixed(3)}`;
    const state =
      status === "started"
        ? html`<span class="st live">${phaseWords.find(([key]) => key === phase)?.[1] ?? "Started"}</span>`
        : html`${status === "queued" ? "Queued" : status.replaceAll("_", " ")}`;
    return html`<tr${one === shown ? html` aria-selected="true"` : null}><th scope="row"><a href="${address}"${one === shown ? html` aria-current="true"` : null}>${name}</a></th><td class="hide-s">${planned.get(name)?.optimizer.use ?? ""}</td><td class="num">${scores}</td><td>${state}</td></tr>
`;
  };
  return html`<table aria-label="Optimizations">
<thead><tr><th scope="col">Name</th><th scope="col" class="hide-s">Engine</th><th scope="col" class="num">Base → best</th><th scope="col">Status</th></tr></thead>
<tbody>
${[...run.optimizations.values()].map(line)}</tbody>
</table>`;
}
