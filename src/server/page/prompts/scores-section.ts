import { estimateTokens } from "../../../core/usage.ts";
import { interval, score, signed } from "../../../report/figures.ts";
import { type Html, html } from "../../../report/html.ts";
import { dataTable, type TableColumn } from "../shell/data-table.ts";
import { emptyNote } from "../shell/notes.ts";
import { promptAddress } from "../shell/page-links.ts";
import { typedCommand } from "../shell/shown-command.ts";
import { type PromptView, templateText } from "./prompt-view.ts";
import { scoresChart } from "./scores-chart.ts";
import { measuredVersion, rowsText, type ScoredVersion } from "./version-scores.ts";

const mostListed = 30;

/** What every version scored on held-out rows. */
export function scoresSection({ path, versions, shown, request }: PromptView): Html {
  const scored = versions.flatMap((version): ScoredVersion[] => {
    const measured = measuredVersion(version, versions);
    return measured === undefined ? [] : [{ version, measured }];
  });
  if (scored.length === 0)
    return html`<section id="scores" aria-labelledby="h-sc"><div class="sec"><h2 id="h-sc">Scores</h2></div>
${emptyNote("No version is measured yet", html`<code>${typedCommand(request.commands, "dao-opt run config.yaml")}</code> or <code>${typedCommand(request.commands, "dao-opt eval config.yaml")}</code> measures on rows of your own.`)}</section>`;
  const listed = scored.toReversed().filter(({ version }, at) => at < mostListed || version === shown);
  const sets = new Set(scored.map(({ measured }) => `${measured.data} ${measured.rows}`));
  const rows = scored[0]?.measured.rows ?? 0;
  const note =
    sets.size === 1 ? rowsText(rows) : "measured on different rows; compare within one set of rows";
  return html`<section id="scores" aria-labelledby="h-sc"><div class="sec"><h2 id="h-sc">Scores</h2><span class="muted small">${note}</span></div>
<div class="pair">${scoresChart(scored, shown)}
<div>${dataTable(columnsOf(path, sets.size > 1), listed, {
    label: "Held-out scores by version",
    isSelected: ({ version }) => version === shown,
  })}${scored.length > listed.length ? html`<p class="small muted">${scored.length - listed.length} older ones are in <code>dao-opt registry history</code>.</p>` : null}</div></div></section>`;
}

function columnsOf(path: string, isMixed: boolean): readonly TableColumn<ScoredVersion>[] {
  return [
    {
      head: "Version",
      cell: ({ version: { version } }) => html`<a href="${promptAddress(path, { version })}">${version}</a>`,
    },
    { head: "Score", isNumber: true, cell: ({ measured }) => score(measured.score) },
    {
      head: "Gain",
      isNumber: true,
      cell: ({ measured: { gain } }) =>
        gain === undefined
          ? html`<span class="muted">base</span>`
          : html`${signed(gain.difference)} <span class="small muted">${Math.round(gain.confidence * 100)} %: ${interval(gain.interval)}</span>`,
    },
    {
      head: "Tokens",
      isNumber: true,
      cell: ({ version }) => estimateTokens(templateText(version.template)).toLocaleString("en-US"),
    },
    ...(isMixed
      ? [
          {
            head: "Measured on",
            label: "on",
            cell: ({ measured: { rows, data } }: ScoredVersion) =>
              html`${rowsText(rows)}${data === undefined ? null : html` <code class="small muted">${data.slice(0, 8)}</code>`}`,
          },
        ]
      : []),
  ];
}
