import { valueText } from "../../../core/data/json.ts";
import { count } from "../../../report/figures.ts";
import { type Html, html } from "../../../report/html.ts";
import type { ServerServices } from "../../server-services.ts";
import { areaField, changeForm, selectField, textField } from "../shell/change-form.ts";
import type { PageRequest } from "../shell/page-area.ts";
import { environmentTag, promptAddress } from "../shell/page-links.ts";
import { modelChoices, modelName } from "./column-model.ts";
import { likelyCost } from "./likely-cost.ts";
import {
  columnName,
  freeCalls,
  inputPrefix,
  lacksInput,
  mostColumns,
  mostRows,
  type PlaygroundSetup,
  rowName,
} from "./playground-setup.ts";
import { scorerChoices } from "./score-answer.ts";

interface SetupFormOptions {
  readonly prompts: readonly string[];
  readonly datasets: readonly (readonly [value: string, text: string])[];
  /** The answer of each column, if there is one row. */
  readonly answers: readonly Html[];
}

const mostSuggestions = 500;

/**
 * One form for everything, so that no change loses what was typed elsewhere. A key that may not write gets it without
 * the buttons that call.
 */
export function setupForm(
  setup: PlaygroundSetup,
  request: PageRequest,
  services: Pick<ServerServices, "models" | "env" | "scorers">,
  options: SetupFormOptions,
): Html {
  const fields = fieldsOf(setup, request, services, options);
  if (request.canWrite)
    return changeForm(request, { action: "run", label: "Playground", className: "playground" }, () => fields);
  return html`<form method="get" action="/ui/playground" class="playground" aria-label="Playground">${fields}</form>`;
}

function fieldsOf(
  setup: PlaygroundSetup,
  request: PageRequest,
  services: Pick<ServerServices, "models" | "env" | "scorers">,
  { prompts, datasets, answers }: SetupFormOptions,
): Html {
  const {
    prompt,
    columns,
    variables,
    dataset,
    row,
    count: rowCount,
    rows,
    inputs,
    expected,
    isRecorded,
    scorer,
  } = setup;
  const { calls, words } = likelyCost(setup, services);
  const { canWrite } = request;
  // Several rows are sent with their own inputs.
  const isRefused = request.refused?.action === "run" && rowCount === 1 && lacksInput(setup);
  const needsTick = calls > freeCalls;
  const total = rows === undefined ? "" : `${count(rows.total)}${rows.isCounted ? "" : " or more"}`;
  const datasetChoices = [["", "Type inputs"] as const, ...datasets];
  const step = (words_: string, to: number, sign: string, isThere: boolean) =>
    isThere
      ? html`<button class="btn" name="do" value="row-${to}" aria-label="${words_}">${sign}</button>`
      : null;
  return html`<input type="hidden" name="live" value="" data-live>
<input type="hidden" name="shown" value="${rowName(dataset, row)}"><input type="hidden" name="shown_prompt" value="${prompt}">
<div class="row spread tools"><p class="small muted">${canWrite ? html`${count(calls)} ${calls === 1 ? "call" : "calls"}, ${words}. Each answer is saved as a trace.` : "This key may look, and not call."}</p><span class="row"><button class="btn" name="do" value="update" data-update>Update</button>${
    columns.length < mostColumns ? html`<button class="btn" name="do" value="add">Add column</button>` : null
  }${
    canWrite
      ? html`<button class="btn main" name="do" value="run" data-key="Control+Enter">Run${rowCount > 1 ? ` on ${count(rows?.rows.length ?? 1)} ${rows?.rows.length === 1 ? "row" : "rows"}` : ""} <kbd>Ctrl ↵</kbd></button>`
      : null
  }</span></div>
${needsTick && canWrite ? html`<label class="row note warn"><input type="checkbox" name="accept" value="${calls}"> Make ${count(calls)} calls, ${words}</label>` : null}
<div class="inputs">
<div class="stackf">
${textField({ label: "Prompt", name: "prompt", value: prompt, list: "pg-prompts", isRequired: true })}
<datalist id="pg-prompts">${prompts.slice(0, mostSuggestions).map((path) => html`<option value="${path}"></option>`)}</datalist>
${selectField({ label: "Dataset", name: "dataset", value: dataset }, datasetChoices)}
${
  dataset === ""
    ? html`<input type="hidden" name="row" value="${row}">`
    : html`<div class="row"><label class="field">Row of ${total}<input type="text" name="row" inputmode="numeric" value="${row}" size="6" autocomplete="off"></label><label class="field">Rows to call<input type="text" name="rows" inputmode="numeric" value="${rowCount}" size="5" aria-describedby="pg-most" autocomplete="off"></label></div><p class="small muted" id="pg-most">At most ${mostRows} rows. ${rows?.rows.length === 0 ? "The dataset ends before this row." : ""}</p><div class="row">${step("Previous row", row - 1, "←", row > 1)}${step("Next row", row + 1, "→", rows === undefined || row < rows.total)}</div>`
}
</div>
<div class="stackf">
${
  variables.length === 0
    ? html`<p class="muted">The prompt has no variables.</p>`
    : variables.map((name) =>
        areaField({
          label: `Input ${name}`,
          name: `${inputPrefix}${name}`,
          value: shownValue(inputs, name),
          rows: 4,
          problem: isRefused ? "Type a text first." : undefined,
        }),
      )
}${rowCount > 1 && dataset !== "" ? html`<p class="small muted">With several rows, their own inputs are sent.</p>` : null}
</div>
<div class="stackf">
${areaField({ label: `Expected answer${isRecorded ? " (recorded answer)" : ""}`, name: "expected", value: expected, rows: 2 })}
${selectField({ label: "Scorer", name: "scorer", value: scorer }, scorerChoices(services))}
</div>
</div>
<datalist id="pg-models">${modelChoices(setup.versions, services).map((name) => html`<option value="${name}"></option>`)}</datalist>
<section aria-label="Columns"><div class="cols n${columns.length}">${columns.map((_, at) => columnPart(setup, at, answers[at]))}</div></section>`;
}

function columnPart(
  { columns, versions, prompt }: PlaygroundSetup,
  at: number,
  answer: Html | undefined,
): Html {
  const column = columns[at];
  if (column === undefined) return html``;
  const { version, model } = column;
  const choices = [...versions]
    .reverse()
    .slice(0, 200)
    .map((one) => {
      const where = one.environments.length === 0 ? "" : ` (${one.environments.join(", ")})`;
      return [String(one.version), `${one.version}${where}`] as const;
    });
  const all = choices.some(([value]) => value === String(version.version))
    ? choices
    : [...choices, [String(version.version), String(version.version)] as const];
  return html`<article aria-labelledby="pg-h${at}">
<div class="row spread"><h2 id="pg-h${at}"><a href="${promptAddress(prompt, { version: version.version })}">${columnName(column)}</a> ${version.environments.map(environmentTag)}</h2>${columns.length > 1 ? html`<button class="btn plain" name="do" value="remove-${at + 1}" aria-label="Remove column ${at + 1}">Remove</button>` : null}</div>
<div class="row fieldsrow">${selectField({ label: "Version", name: `c${at + 1}`, value: String(version.version) }, all)}${textField({ label: `Model (usual: ${modelName(version)})`, name: `m${at + 1}`, value: model, list: "pg-models" })}</div>
${answer === undefined ? null : html`<div id="pg-cell-${at}" class="stackf">${answer}</div>`}
</article>`;
}

function shownValue(inputs: PlaygroundSetup["inputs"], name: string): string {
  const value = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
  return value === undefined ? "" : valueText(value);
}
