import type { OptimizationRecord } from "../../contracts/run-record.ts";
import { count } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { type SectionContext, section } from "./section.ts";

const roles = ["target", "reflection", "judge", "source"] as const;

const tasks = {
  target: "target answers the rows",
  reflection: "reflection writes new prompts",
  judge: "judge scores answers",
  source: "source is the model to move away from",
} as const;

/** What each role of the models cost this run, and how that compares with the estimate. */
export function spendSection(context: SectionContext): Html {
  const { usage, estimate } = context.record;
  const used = roles.filter(
    (role) => usage[role].calls + usage[role].cachedCalls + usage[role].lostCalls > 0,
  );
  const unused = roles.filter((role) => !used.includes(role));
  const hasCache = usage.total.cachedCalls > 0;
  const line = (role: (typeof roles)[number] | "total", isTotal: boolean) => {
    const { calls, cachedCalls, inputTokens, outputTokens, usd, isEstimated } = usage[role];
    const name = role.charAt(0).toUpperCase() + role.slice(1);
    const cell = (text: string) =>
      html`<td class="num">${isTotal ? html`<strong>${text}</strong>` : text}</td>`;
    const about = isEstimated ? "~" : "";
    return html`<tr><th scope="row">${isTotal ? html`<strong>${name}</strong>` : name}</th>${cell(count(calls))}${hasCache ? cell(count(cachedCalls)) : null}${cell(about + count(inputTokens))}${cell(about + count(outputTokens))}${cell(usd === null ? "–" : usd.toFixed(4))}</tr>
`;
  };
  return section(context, { id: "spend", title: "Spend by role" }, [
    html`<table class="spend">
<thead><tr><th scope="col">Role</th><th scope="col" class="num">Calls</th>${hasCache ? html`<th scope="col" class="num">Cached</th>` : null}<th scope="col" class="num">Tokens in</th><th scope="col" class="num">out</th><th scope="col" class="num">USD</th></tr></thead>
<tbody>
${used.map((role) => line(role, false))}
${line("total", true)}</tbody>
</table>`,
    html`<p class="small muted">${[
      `Roles: ${used.map((role) => tasks[role]).join(", ")}.`,
      ...(unused.length === 0 ? [] : [`Not used: ${unused.join(", ")}.`]),
      ...(usage.total.usd === null ? ["– means that a model has no price."] : []),
      ...(usage.total.isEstimated ? ["~ marks counts that are partly estimated."] : []),
      ...attempts(usage.total),
      ...(estimate === undefined
        ? []
        : [
            `Estimated before the run: ${count(Math.round(estimate.calls.likely))} calls, ${count(Math.round(estimate.tokens.likely))} tokens; charged: ${count(estimate.calls.actual)} and ${count(estimate.tokens.actual)}.`,
          ]),
    ].join(" ")}</p>`,
  ]);
}

function attempts({ lostCalls, retries }: OptimizationRecord["usage"]["total"]): readonly string[] {
  return [
    ...(retries === 0 ? [] : [`${count(retries)} further attempts.`]),
    ...(lostCalls === 0 ? [] : [`${count(lostCalls)} attempts without a response.`]),
  ];
}
