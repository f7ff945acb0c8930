import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import { canonicalJson, digestOf } from "../../../core/data/digest.ts";
import type { JsonObject, JsonValue } from "../../../core/data/json.ts";
import { ConflictError, NotFoundError, UsageError } from "../../../core/errors.ts";
import { shellWord } from "../../../core/text/shell-word.ts";
import { expectedFacts, outputText } from "../../../datasets/rows/answer-text.ts";
import { idOfKey, inputsKey } from "../../../datasets/store/key-table.ts";
import { type Html, html } from "../../../report/html.ts";
import type { ServerServices } from "../../server-services.ts";
import { areaField, changeForm } from "../shell/change-form.ts";
import type { FormFields } from "../shell/form-fields.ts";
import type { PageContent, PageRequest } from "../shell/page-area.ts";
import { link } from "../shell/page-links.ts";
import { shownCommand } from "../shell/shown-command.ts";
import { copyOffer } from "./copy-dataset.ts";
import { frameOf } from "./dataset-page.ts";
import type { PageDataset, PageRow } from "./page-datasets.ts";

/** One row in full, with a form for its expected answer. */
export async function rowPage(dataset: PageDataset, id: string, request: PageRequest): Promise<PageContent> {
  const row = await findRow(dataset, id);
  const { record } = row;
  const { outputs, tags, source, other } = record;
  const word = shellWord(dataset.isCollected ? dataset.name : dataset.where);
  return {
    ...frameOf(dataset),
    title: `Row ${row.id.slice(0, 8)}`,
    crumbs: html`${link(["ui", "datasets"], "Datasets")} / <a href="${dataset.addressAt()}">${dataset.name}</a>`,
    meta: html`id <code>${row.id}</code>${row.part === undefined ? "" : ` · part ${row.part}`}${source === undefined ? null : sourceText(record)}`,
    content: html`<section aria-labelledby="h-in"><h2 id="h-in">Inputs</h2>${members("Input", record.inputs)}</section>
<section aria-labelledby="h-ex"><h2 id="h-ex">Expected answer</h2>${copyOffer(dataset, request)}${expectedPart(dataset, row, request)}</section>
<section aria-labelledby="h-out"><h2 id="h-out">Recorded answer</h2>${outputs === undefined ? html`<p class="muted">None was recorded.</p>` : textBlock("Text of the recorded answer", outputText(outputs) ?? canonicalJson(outputs))}</section>
${tags === undefined ? null : html`<section aria-labelledby="h-tags"><h2 id="h-tags">Tags</h2>${members("Tag", tags)}</section>`}
${other === undefined ? null : html`<section aria-labelledby="h-oth"><h2 id="h-oth">Other fields</h2>${members("Field", other)}</section>`}
${shownCommand(request.commands, `dao-opt dataset show ${word} --id ${row.id}`, { folders: ["state"] })}`,
  };
}

async function findRow(dataset: PageDataset, id: string): Promise<PageRow> {
  for await (const row of dataset.rows()) if (row.id === id) return row;
  throw new NotFoundError("row", id, [], { hint: `${dataset.name} has no row with this id` });
}

function sourceText({ source }: DatasetRecord): Html {
  const { type = "", traceId } = source ?? {};
  return html` · source ${type}${traceId === undefined ? null : html`, ${link(["ui", "traces", traceId], `trace ${traceId}`)}`}`;
}

function members(kind: string, values: JsonObject): Html {
  return html`<dl class="members">${Object.entries(values).map(([name, value]) => html`<dt>${name}</dt><dd>${textBlock(`${kind} ${name}`, shownText(value))}</dd>`)}</dl>`;
}

function textBlock(label: string, text: string): Html {
  return html`<div class="text" tabindex="0" role="region" aria-label="${label}">${text}</div>`;
}

function shownText(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function expectedPart(dataset: PageDataset, { record }: PageRow, request: PageRequest): Html {
  const { expectations = {} } = record;
  const { expected_response: expected, expected_facts: _, ...others } = expectations;
  const facts = expectedFacts(expectations);
  const rest = Object.keys(others).length === 0 ? null : members("Expectation", others);
  if (!dataset.isCollected || !request.canWrite)
    return html`${expected === undefined || expected === null ? html`<p class="muted">None is set.</p>` : textBlock("Text of the expected answer", shownText(expected))}${facts === undefined ? null : html`<h3>Facts</h3><ul class="plain">${facts.map((fact) => html`<li>${fact}</li>`)}</ul>`}${rest}`;
  const isJson = isStructured(expected);
  return html`${changeForm(
    request,
    { action: "expect", label: "Expected answer" },
    (typed) => html`<input type="hidden" name="before" value="${digestOf(expectations)}">
${areaField({ label: isJson ? "Expected answer (JSON)" : "Expected answer (empty: none)", name: "expected", value: typed("expected", expected === undefined || expected === null ? "" : shownText(expected)), rows: 4 })}
${areaField({ label: "Facts that an answer must state, one a line", name: "facts", value: typed("facts", (facts ?? []).join("\n")), rows: 3 })}
<div class="row"><button class="btn main">Save</button></div>`,
  )}${rest}`;
}

function isStructured(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && typeof value !== "string";
}

/**
 * Stores the values of the form as the row's expectations, under the dataset's lock. Throws ConflictError if another
 * change came first.
 */
export async function saveExpected(
  { datasets }: Pick<ServerServices, "datasets">,
  name: string,
  id: string,
  fields: FormFields,
): Promise<"saved" | "unchanged"> {
  let isFound = false;
  const changed = await datasets.amend(name, (record) => {
    if (idOfKey(inputsKey(record.inputs)) !== id) return record;
    isFound = true;
    const { expectations = {} } = record;
    if (digestOf(expectations) !== fields.get("before"))
      throw new ConflictError("somebody else changed this row since the form was opened", {
        hint: "nothing was changed; copy your text, read the row again, and decide anew",
      });
    const next = expectationsOf(fields, expectations);
    if (canonicalJson(next) === canonicalJson(expectations)) return record;
    const { expectations: _, ...rest } = record;
    return Object.keys(next).length === 0 ? rest : { ...rest, expectations: next };
  });
  if (!isFound) throw new NotFoundError("row", id);
  return changed > 0 ? "saved" : "unchanged";
}

function expectationsOf(fields: FormFields, before: JsonObject): JsonObject {
  const { expected_response: expected, expected_facts: knownFacts, ...kept } = before;
  const text = fields.get("expected");
  const facts = fields
    .get("facts")
    .split("\n")
    .map((fact) => fact.trim())
    .filter((fact) => fact !== "");
  const isSameFacts = canonicalJson(facts) === canonicalJson(expectedFacts(before) ?? []);
  return {
    ...kept,
    ...(text.trim() === "" ? {} : { expected_response: answerOf(text, expected) }),
    ...(isSameFacts
      ? knownFacts === undefined
        ? {}
        : { expected_facts: knownFacts }
      : facts.length === 0
        ? {}
        : { expected_facts: facts }),
  };
}

/** A text that nobody changed keeps its line ends, which forms lose. */
function answerOf(typed: string, before: JsonValue | undefined): JsonValue {
  if (isStructured(before)) return jsonOf(typed);
  return typeof before === "string" && before.replace(/\r\n?/g, "\n") === typed ? before : typed;
}

/** A structured answer stays one: a scorer that reads JSON would fail on a text. */
function jsonOf(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new UsageError(
      `the expected answer of this row is JSON, and the text is not: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
}
