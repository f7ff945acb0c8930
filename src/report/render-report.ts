import type {
  CandidateRecord,
  OptimizationRecord,
  PromptResult,
  RowAnswer,
  RowResult,
  RunRecord,
} from "../contracts/run-record.ts";
import { conversationOf, inputsText } from "../core/prompt/conversation.ts";
import type { Template } from "../core/prompt/prompt.ts";
import { diffWords } from "../core/text/text-diff.ts";
import { describeFailures } from "./describe-failures.ts";
import { count, interval, percents, score, signed, spentUsd, tokens } from "./figures.ts";
import { type Html, html, style } from "./html.ts";
import { judgesSection } from "./judges-section.ts";
import { paretoSection } from "./pareto-section.ts";

const longest = 600;

/** Test rows whose score changed: losses first, then gains. */
function rowsSection({ rows }: OptimizationRecord): Html | null {
  if (rows.length === 0) return null;
  const flipped = rows
    .map((row) => ({ row, change: (row.optimized.score ?? 0) - (row.base.score ?? 0) }))
    .filter(({ row, change }) => change !== 0 || row.base.error !== null || row.optimized.error !== null)
    .sort((one, other) => one.change - other.change);
  const [worse, better] = [-1, 1].map(
    (sign) => flipped.filter(({ change }) => Math.sign(change) === sign).length,
  );
  return html`<h3>Rows that flipped</h3>
<p>${worse ?? 0} worse, ${better ?? 0} better, ${rows.length - (worse ?? 0) - (better ?? 0)} as before, on the held-out rows.</p>
${
  flipped.length === 0
    ? null
    : html`<details open><summary>Show them</summary><div class="wide"><table>
<tr><th>Inputs</th><th>Expected</th><th>Base</th><th>Optimized</th></tr>
${flipped.map(({ row }) => rowLine(row))}
</table></div></details>`
}`;
}

function rowLine(row: RowResult): Html {
  const isConversation = conversationOf(row.inputs) !== undefined;
  const only = Object.values(row.inputs).length === 1 ? Object.values(row.inputs)[0] : row.inputs;
  const inputs = isConversation ? inputsText(row.inputs) : only;
  return html`<tr><td>${cut(typeof inputs === "string" ? inputs : JSON.stringify(inputs))}</td><td>${cut(row.expected ?? "")}</td><td>${answer(row.base)}</td><td>${answer(row.optimized)}</td></tr>`;
}

function answer({ output, score: value, error, missing, feedback }: RowAnswer): Html {
  const why = error ?? (missing === undefined ? null : feedback);
  return html`<strong>${score(value)}</strong> ${why === null ? null : html`<em>${cut(why)}</em> `}${cut(output ?? "")}`;
}

// Do not split a surrogate pair.
const halfPair = /[\uD800-\uDBFF]$/;

function cut(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest).replace(halfPair, "")}…`;
}

const verdicts: Readonly<Record<OptimizationRecord["status"], string>> = {
  improved: "Improved",
  no_proven_improvement: "No proven improvement",
  regressed: "Regressed",
  failed: "Failed",
  skipped: "Skipped",
};

/**
 * Renders a run as one HTML page: verdicts, prompt diffs, scores and changed rows. No scripts, no network.
 */
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
${record.isOffline ? html`<p class="notice">Rule-based offline models answered. The figures do not apply to real models.</p>` : null}
${record.isUnsplit ? html`<p class="notice">Measured on rows the optimizer saw.</p>` : null}
${scoresTable(record)}
${judgesSection(record)}
${failures.length === 0 ? null : html`<ul>${failures.map((line) => html`<li>${line}</li>`)}</ul>`}
${record.prompts.map(promptSection)}
${paretoSection(record)}
${rowsSection(record)}
${candidatesSection(record)}
${spendTable(record)}`;
}

/** The prompt of the source model; absent in records of version 0.1.0. */
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

/** All candidates, rejected ones with the reason. */
function candidatesSection({ candidates }: OptimizationRecord): Html | null {
  if (candidates.length < 2) return null;
  return html`<details><summary>${candidates.length - 1} candidates proposed</summary><div class="wide"><table>
<tr><th>Candidate</th><th class="number">Step</th><th>Made by</th><th>Parents</th><th class="number">Validation</th><th class="number">Rows</th><th>What became of it</th></tr>
${candidates.map(candidateLine)}
</table></div></details>`;
}

function candidateLine(candidate: CandidateRecord): Html {
  const texts = Object.entries(candidate.texts)
    .map(([name, text]) => `${name}:\n${text}`)
    .join("\n\n");
  const fate = candidate.reason === null ? candidate.status : `${candidate.status}: ${candidate.reason}`;
  return html`<tr><td><details><summary>${candidate.id ?? "refused"}</summary><pre>${texts}</pre></details></td><td class="number">${candidate.step}</td><td>${candidate.by}</td><td>${candidate.parents.join(", ")}</td><td class="number">${score(candidate.validation)}</td><td class="number">${candidate.validationRows}</td><td>${fate}</td></tr>`;
}

/** Word diff of the base and the best prompt. */
function promptSection(prompt: PromptResult): Html {
  const after = prompt.optimized?.template ?? prompt.best.template;
  const name =
    prompt.optimized === null
      ? html`${prompt.path} <span class="quiet">(nothing registered)</span>`
      : html`${prompt.path} <span class="quiet">version ${prompt.base.version ?? "–"} → ${prompt.optimized.version}, ${prompt.optimized.uri}${prompt.optimized.mlflowUri === undefined ? null : html`, in MLflow ${prompt.optimized.mlflowUri}`}</span>`;
  const words = diffWords(templateText(prompt.base.template), templateText(after));
  const isSame = words.every(({ kind }) => kind === "same");
  return html`<h3>${name}</h3>
${isSame ? html`<p class="quiet">The best prompt is the base.</p>` : null}
<pre>${words.map(({ kind, text }) => (kind === "same" ? html`${text}` : kind === "added" ? html`<ins>${text}</ins>` : html`<del>${text}</del>`))}</pre>`;
}

function templateText(template: Template): string {
  if (typeof template === "string") return template;
  return template.map(({ role, content }) => `[${role}]\n${content}`).join("\n\n");
}
