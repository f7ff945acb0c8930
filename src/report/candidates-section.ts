import type { CandidateRecord, OptimizationRecord } from "../contracts/run-record.ts";
import { score } from "./figures.ts";
import { type Html, html } from "./html.ts";

/** Every candidate, rejected ones with their reasons. */
export function candidatesSection({ candidates }: OptimizationRecord): Html | null {
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
