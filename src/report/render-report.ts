import type { OptimizationRecord, RunRecord } from "../contracts/run-record.ts";
import { candidatesSection } from "./candidates-section.ts";
import { describeFailures } from "./describe-failures.ts";
import { count, interval, percents, score, signed, spentUsd, tokens } from "./figures.ts";
import { type Html, html } from "./html.ts";
import { paretoSection } from "./pareto-section.ts";
import { promptSection } from "./prompt-section.ts";
import { rowsSection } from "./rows-section.ts";
import { style } from "./style.ts";

const verdicts: Readonly<Record<OptimizationRecord["status"], string>> = {
  improved: "Improved",
  no_proven_improvement: "No proven improvement",
  regressed: "Regressed",
  failed: "Failed",
  skipped: "Skipped",
};

/** A run as one HTML page: verdicts, prompt diffs, scores, rows that flipped. No script, no network. */
export function renderReport(record: RunRecord): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>dao-opt ${record.run}</title>
${style}
</head>
<body>
<h1>${record.config}</h1>
<p class="quiet">run ${record.run} · ${record.startedAt} · ${record.status} · ${record.seconds.toFixed(1)} s · ${record.tool.name} ${record.tool.version}</p>
${record.optimizations.map(optimizationSection)}
</body>
</html>
`;
  return page.markup;
}

function optimizationSection(record: OptimizationRecord): Html {
  const failures = describeFailures(record);
  return html`<h2>${record.name}</h2>
<p><span class="verdict ${record.status}">${verdicts[record.status]}.</span> ${record.reason}</p>
${record.advice.length === 0 ? null : html`<ul>${record.advice.map((line) => html`<li>${line}</li>`)}</ul>`}
${record.error?.hint ? html`<p class="notice">${record.error.hint}</p>` : null}
${record.isOffline ? html`<p class="notice">Rule-made offline models answered. These figures say nothing about a real model.</p>` : null}
${record.isUnsplit ? html`<p class="notice">Measured on rows the optimizer saw.</p>` : null}
${scoresTable(record)}
${failures.length === 0 ? null : html`<ul>${failures.map((line) => html`<li>${line}</li>`)}</ul>`}
${record.prompts.map(promptSection)}
${paretoSection(record)}
${rowsSection(record)}
${candidatesSection(record)}
${spendTable(record)}`;
}

/** Which prompt the source model ran; nothing in records of version 0.1.0. */
function sourceVersion(version: number | null | undefined): string {
  if (version === undefined) return "";
  return version === null ? " (the config's template)" : ` (version ${version})`;
}

function scoresTable({ scores }: OptimizationRecord): Html | null {
  const { validation, test, source } = scores;
  if (validation === undefined && test === undefined) return null;
  const row = (title: string, base: string, optimized: string, gain: string, rows: number) =>
    html`<tr><td>${title}</td><td class="number">${base}</td><td class="number">${optimized}</td><td>${gain}</td><td class="number">${count(rows)}</td></tr>`;
  const luck =
    validation?.measured === undefined || Math.abs(validation.measured - validation.optimized) < 0.0005
      ? null
      : html`<p class="quiet">On the validation rows the best prompt measured ${score(validation.measured)}; the estimate above is without the luck of having been picked among many.</p>`;
  return html`<h3>Scores</h3>
<div class="wide"><table><tr><th></th><th class="number">Base</th><th class="number">Optimized</th><th>Gain</th><th class="number">Rows</th></tr>
${test === undefined ? null : row("Test (held out)", score(test.base), score(test.optimized), `${signed(test.difference)} (${Math.round(test.confidence * 100)} % interval ${interval(test.interval)}, p ${test.pValue.toPrecision(2)})`, test.rows)}
${validation === undefined ? null : row("Validation (seen by the search)", score(validation.base), score(validation.optimized), signed(validation.optimized - validation.base), validation.rows)}
${source === undefined ? null : html`<tr><td>Source model${sourceVersion(source.promptVersion)}</td><td class="number"></td><td class="number">${score(source.score)}</td><td>parity ${(source.parity * 100).toFixed(1)} % (${percents(source.interval)})</td><td class="number">${count(source.rows)}</td></tr>`}
</table></div>
${luck}
${test !== undefined && test.rowsFailed > 0 ? html`<p class="quiet">${test.rowsFailed} test rows have no score on one side: the scores leave them out, and the interval is wide enough for whatever they would have been.</p>` : null}`;
}

function spendTable({ usage, steps, stopped, reflectionFailures, plan, seconds }: OptimizationRecord): Html {
  const roles = (["target", "reflection", "judge", "source", "total"] as const).filter(
    (role) => role === "total" || usage[role].calls + usage[role].cachedCalls > 0,
  );
  const failures = reflectionFailures === 0 ? "" : ` · ${reflectionFailures} reflections failed`;
  return html`<h3>Spend</h3>
<div class="wide"><table><tr><th></th><th class="number">Calls</th><th class="number">From cache</th><th class="number">Tokens</th><th class="number">Cost</th></tr>
${roles.map((role) => html`<tr><td>${role}</td><td class="number">${count(usage[role].calls)}</td><td class="number">${count(usage[role].cachedCalls)}</td><td class="number">${tokens(usage[role])}</td><td class="number">${spentUsd(usage[role])}</td></tr>`)}
</table></div>
<p class="quiet">${plan.optimizer.use} · ${steps} steps · stopped: ${stopped ?? "–"}${failures} · ${seconds.toFixed(1)} s · seed ${plan.seed}</p>`;
}
