import type { OptimizationRecord, RunRecord } from "../contracts/run-record.ts";
import { type Html, html, trusted } from "./html.ts";
import { inertText } from "./inert-text.ts";
import { reportPolicy, reportStyle } from "./look/report-policy.ts";
import { reportScript } from "./look/report-script.ts";
import { optimizationPart } from "./sections/optimization-part.ts";
import { overview } from "./sections/overview.ts";
import type { RowLinks } from "./sections/section.ts";
import { fileName } from "./sections/settings-section.ts";
import { verdictHeading, verdictOf } from "./sections/verdict.ts";

/**
 * Renders a run as one HTML page from its record alone: verdicts, prompt diffs, every held-out row, candidates,
 * spend and settings. The page needs no network and no scripts; its one script filters, sorts, copies and exports.
 */
export function renderReport(record: RunRecord): string {
  const { title, crumb, heading, meta, content } = reportParts(record);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${reportPolicy}">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trusted(reportStyle)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<main id="main" class="page">
<div class="head"><div>
<div class="crumb">${crumb}</div>
<h1>${heading}</h1>
<p class="meta">${meta}</p>
</div></div>
${content}
</main>
<footer class="page small muted"><p>Made by ${record.tool.name} ${record.tool.version} from record.json of ${record.run}. This file loads nothing from the network.</p></footer>
<script>${trusted(reportScript)}</script>
</body>
</html>
`;
  return inertText(page.markup);
}

/** The parts of a report, for a page with a frame of its own. */
export interface ReportParts {
  /** Without markup. */
  readonly title: string;
  readonly crumb: string;
  readonly heading: Html | string;
  readonly meta: string;
  readonly content: Html;
}

export function reportParts(run: RunRecord, rowLink?: RowLinks): ReportParts {
  const [only, ...others] = run.optimizations;
  return only !== undefined && others.length === 0
    ? singleParts(run, only, rowLink)
    : severalParts(run, rowLink);
}

function singleParts(run: RunRecord, record: OptimizationRecord, rowLink?: RowLinks): ReportParts {
  const [prompt] = record.prompts;
  const version =
    prompt?.optimized == null ? "" : ` · version ${prompt.base.version ?? "–"} → ${prompt.optimized.version}`;
  const verdict = verdictOf(record);
  return {
    title: verdict.sentence,
    crumb: `${run.config} / ${run.run} / ${record.name}`,
    heading: verdictHeading(verdict),
    meta: `${record.prompts.map(({ path }) => path).join(", ")}${version} · ${run.status} ${moment(run.startedAt)} · ${fileName(record.plan.optimizer.use)} · ${run.tool.name} ${run.tool.version}`,
    content: optimizationPart({ prefix: "", level: 2, run, record, rowLink }),
  };
}

function severalParts(run: RunRecord, rowLink?: RowLinks): ReportParts {
  return {
    title: `${run.config}: ${summary(run)}`,
    crumb: `${run.config} / ${run.run}`,
    heading: summary(run),
    meta: `${run.status} ${moment(run.startedAt)} · ${run.seconds.toFixed(1)} s · ${run.tool.name} ${run.tool.version}`,
    content: html`${overview(run)}
${run.optimizations.map(
  (record, at) => html`<article id="o${at + 1}" aria-labelledby="h-o${at + 1}" class="opt">
<div class="crumb"><a href="#overview">Overview</a> / ${record.name}</div>
<h2 class="title" id="h-o${at + 1}">${verdictHeading(verdictOf(record))}</h2>
<p class="meta">${record.prompts.map(({ path }) => path).join(", ")} · ${fileName(record.plan.optimizer.use)}</p>
${optimizationPart({ prefix: `o${at + 1}-`, level: 3, run, record, rowLink })}
</article>`,
)}`,
  };
}

/** `4 optimizations: 2 improved, 1 failed`. */
function summary({ optimizations }: RunRecord): string {
  const words = ["Improved", "No proven improvement", "Regressed", "Failed", "Skipped"];
  const counts = words.flatMap((word) => {
    const found = optimizations.filter((one) => verdictOf(one).word === word).length;
    return found === 0 ? [] : [`${found} ${word.toLowerCase()}`];
  });
  const count = optimizations.length;
  return `${count} optimization${count === 1 ? "" : "s"}${counts.length === 0 ? "" : `: ${counts.join(", ")}`}`;
}

function moment(iso: string): string {
  return `${iso.slice(0, 16).replace("T", " ")} UTC`;
}
