import type { OptimizationRecord, RowAnswer, RowResult } from "../contracts/run-record.ts";
import { conversationOf, inputsText } from "../core/prompt/conversation.ts";
import { score } from "./figures.ts";
import { type Html, html } from "./html.ts";

const longest = 600;

/** Test rows whose score changed, worst first: what the new prompt loses, then what it wins. */
export function rowsSection({ rows }: OptimizationRecord): Html | null {
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

// A cut between the two halves of a character would leave one that is none.
const halfPair = /[\uD800-\uDBFF]$/;

function cut(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest).replace(halfPair, "")}…`;
}
