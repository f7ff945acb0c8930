import { dirname } from "node:path";
import { shellWord } from "../../../../core/text/shell-word.ts";
import { type Html, html } from "../../../../report/html.ts";
import type { RunFolder, StoredPlan } from "../../../../run/store/run-store.ts";
import { plainCommandStyle, type ServerServices } from "../../../server-services.ts";
import type { PageContent, PageRequest } from "../../shell/page-area.ts";
import { addressOf, link } from "../../shell/page-links.ts";
import type { LiveParts } from "../../shell/parts-stream.ts";
import { type LiveView, liveParts, shownOptimization } from "./live-parts.ts";
import type { RunWatch } from "./run-watch.ts";

/** A view of what a watch has read. */
export function viewOf(
  watch: RunWatch,
  stored: StoredPlan | undefined,
  request: Pick<PageRequest, "query" | "commands">,
  clock: ServerServices["clock"],
): LiveView {
  const { folder, run, state } = watch;
  return {
    run,
    state: state === "running" ? "running" : "stopped",
    plan: stored?.plan,
    chosen: request.query.get("optimization") ?? undefined,
    path: addressOf(["ui", "runs", folder.run]),
    resumeCommand: resumeCommand(folder, stored, request.commands),
    nowMs: clock.now().getTime(),
  };
}

/** The command that goes on with a run that ended early. */
export function resumeCommand(
  folder: RunFolder,
  stored: StoredPlan | undefined,
  { format } = plainCommandStyle,
): string {
  const state = dirname(dirname(folder.path));
  const config = stored === undefined ? "config.yaml" : shellWord(stored.configPath);
  return format(`dao-opt run ${config} --resume ${folder.run} --state ${shellWord(state)}`);
}

/** The page of a run that is running, or whose process ended without a result. */
export function livePage(
  watch: RunWatch,
  stored: StoredPlan | undefined,
  view: LiveView,
  stop: { readonly link: Html | null; readonly panel: Html | null },
): PageContent {
  const { parts, rows } = liveParts(view);
  const { run } = watch.folder;
  const shown = shownOptimization(view);
  const name = shown?.name ?? "";
  const events = addressOf(["ui", "runs", run, "events"], { optimization: view.chosen });
  return {
    title: stored?.plan.config ?? run,
    crumbs: html`${link(["ui", "runs"], "Runs")} / ${run}`,
    meta: part(parts, "live-state", "span"),
    tools: html`<button type="button" class="btn js-only" data-copy="resume">Copy resume command</button><span id="live-stop">${stop.link}</span>`,
    content: html`${stop.panel}<div id="live" data-events="${events}" data-from="${watch.stateId}">
<p class="note none" id="live-lost" role="status"></p>
${part(parts, "live-figures")}
${part(parts, "live-note")}
<div class="two">
<section aria-labelledby="h-score"><div class="sec"><h2 id="h-score">${name === "" ? "Best score" : `${name}: best score`}</h2></div>
${part(parts, "live-phases")}
${part(parts, "live-score")}</section>
<section aria-labelledby="h-latest"><div class="sec"><h2 id="h-latest">Latest candidate</h2></div>
${part(parts, "live-latest")}</section>
</div>
<section aria-labelledby="h-cand"><div class="sec"><h2 id="h-cand">Candidates</h2><span class="muted small">Newest last. Validation scores come from rows that the search sees; the verdict does not use them.</span></div>
<table class="stack" aria-label="Candidates">
<thead><tr><th scope="col">Candidate</th><th scope="col">Made by</th><th scope="col" class="num">Step</th><th scope="col" class="num">Validation</th><th scope="col">Result</th></tr></thead>
<tbody id="live-rows">
${Object.values(rows)}
</tbody>
</table>
${part(parts, "live-dropped")}</section>
<div class="two">
<section aria-labelledby="h-log"><div class="sec"><h2 id="h-log">Waits and retries</h2></div>
${part(parts, "live-log")}</section>
<section aria-labelledby="h-opts"><div class="sec"><h2 id="h-opts">Optimizations in this run</h2></div>
${part(parts, "live-optimizations")}</section>
</div>
<p class="small muted same">Resume it, if it stops: <code id="resume">${view.resumeCommand}</code></p>
<p class="small muted no-js">This page updates itself with scripts. Without them, reload it for new figures; the result appears here at the end.</p>
</div>`,
  };
}

function part(parts: LiveParts["parts"], id: string, element: "div" | "span" = "div"): Html {
  const content = parts[id] ?? html``;
  return element === "span"
    ? html`<span id="${id}">${content}</span>`
    : html`<div id="${id}">${content}</div>`;
}
