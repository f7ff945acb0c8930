import type { PromptVersion } from "../../../contracts/registry.ts";
import type { JsonObject } from "../../../core/data/json.ts";
import { NotFoundError, UsageError } from "../../../core/errors.ts";
import { conversationOf } from "../../../core/prompt/conversation.ts";
import type { TemplateRenderer } from "../../../core/template/template-renderer.ts";
import { lastOf } from "../../../traces/dataset-record.ts";
import { resolveTrace } from "../../../traces/resolve-trace.ts";
import type { ServerServices } from "../../server-services.ts";
import { promptsToChoose } from "../prompts/prompt-census.ts";
import { addressOf } from "../shell/page-links.ts";
import { chosenDataset, type PlaygroundRows, readRows } from "./dataset-rows.ts";

export const mostColumns = 4;
export const mostRows = 100;
/** More calls than this need a tick: they cost. */
export const freeCalls = 20;
export const mostCalls = 200;
export const inputPrefix = "i.";

/** A version, and the model that answers instead of its own. */
export interface PlaygroundColumn {
  readonly version: PromptVersion;
  /** As typed; empty: the version's own. */
  readonly model: string;
}

/** The values of an address or a form of the playground. */
export interface PlaygroundSetup {
  readonly prompt: string;
  readonly versions: readonly PromptVersion[];
  readonly columns: readonly PlaygroundColumn[];
  readonly variables: readonly string[];
  /** The value of its choice: `tweets`, `config/tweets`; empty if inputs are typed. */
  readonly dataset: string;
  /** From 1. */
  readonly row: number;
  /** Rows to call, from `row` on. */
  readonly count: number;
  readonly rows: PlaygroundRows | undefined;
  /** Of the first row. */
  readonly inputs: JsonObject;
  /** Typed, and not those of the row. */
  readonly isTyped: boolean;
  readonly expected: string;
  /** The expected answer is the one that was recorded with the row. */
  readonly isRecorded: boolean;
  readonly scorer: string;
}

/** The values of an address or of a form. */
export interface SetupValues {
  get(name: string): string;
  has(name: string): boolean;
}

export function valuesOfQuery(query: URLSearchParams): SetupValues {
  return { get: (name) => query.get(name) ?? "", has: (name) => query.has(name) };
}

type Services = Pick<
  ServerServices,
  "registry" | "datasets" | "project" | "mlflowRows" | "traces" | "templates" | "clock"
>;

/** Undefined if the registry has no prompts. */
export async function readSetup(
  values: SetupValues,
  services: Services,
): Promise<PlaygroundSetup | undefined> {
  const { registry, templates } = services;
  const trace =
    values.get("trace") === "" ? undefined : await resolveTrace(services.traces, values.get("trace"));
  const prompt = values.get("prompt").trim() || (trace?.prompt?.path ?? (await newestPrompt(services)));
  if (prompt === undefined) return undefined;
  const { path } = await registry.prompt(prompt);
  const versions = await registry.history(path);
  if (versions.length === 0)
    throw new NotFoundError("version", path, [], { hint: "all its versions were deleted" });
  // The columns of a form are of the prompt that it showed.
  const isOtherPrompt = values.has("shown_prompt") && values.get("shown_prompt") !== path;
  const columns = columnsOf(isOtherPrompt ? none : values, versions, trace?.prompt?.version);
  const variables = await variablesOf(columns, templates);
  const named = values.get("dataset");
  const chosen = named === "" ? undefined : await chosenDataset(services, named, values.get("from"));
  const dataset = chosen?.choice ?? "";
  const row = numberOf(values.get("row"), "row", 1_000_000_000);
  const wanted = numberOf(values.get("rows"), "number of rows", mostRows);
  const rows = chosen === undefined ? undefined : await readRows(chosen.records(), { row, count: wanted });
  // A dataset may have fewer rows than were asked for.
  const count = Math.max(1, rows?.rows.length ?? 1);
  const first = rows?.rows[0];
  const isOtherRow = values.has("shown") && values.get("shown") !== rowName(dataset, row);
  const typed = isOtherRow ? [] : variables.filter((name) => values.has(`${inputPrefix}${name}`));
  const source: JsonObject = first?.inputs ?? trace?.inputs ?? {};
  const inputs = {
    ...source,
    ...Object.fromEntries(
      typed.map((name) => [name, typedValue(values.get(`${inputPrefix}${name}`), source, name)]),
    ),
  };
  const own = first?.expected ?? lastOf(trace?.feedback ?? [], "betterResponse") ?? "";
  const expected = values.has("expected") && !isOtherRow ? values.get("expected") : own;
  return {
    ...{ prompt: path, versions, columns, variables, dataset, row, count, rows, inputs },
    isTyped: dataset === "" || typed.some((name) => inputs[name] !== source[name]),
    expected,
    isRecorded: first?.isRecorded === true && expected === first.expected,
    scorer: values.get("scorer"),
  };
}

const none: SetupValues = { get: () => "", has: () => false };

/** True if the prompt has variables, and nothing is given for any of them. */
export function lacksInput({ variables, inputs }: PlaygroundSetup): boolean {
  const isEmpty = (name: string) => {
    const value = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    return value === undefined || (typeof value === "string" && value.trim() === "");
  };
  return variables.length > 0 && conversationOf(inputs) === undefined && variables.every(isEmpty);
}

/** The row whose inputs a form shows. */
export function rowName(dataset: string, row: number): string {
  return dataset === "" ? "typed" : `${dataset}/${row}`;
}

/** A value that is not text is typed as JSON; unchanged it stays what it was. */
function typedValue(text: string, source: JsonObject, name: string) {
  const before = Object.hasOwn(source, name) ? source[name] : undefined;
  if (before === undefined || typeof before === "string") return text;
  if (text === JSON.stringify(before)) return before;
  try {
    return JSON.parse(text) as JsonObject[string];
  } catch {
    return text;
  }
}

async function newestPrompt(services: Services): Promise<string | undefined> {
  const all = await promptsToChoose(services);
  return [...all]
    .filter(({ latest }) => latest > 0)
    .sort((one, other) => (one.updatedAt < other.updatedAt ? 1 : -1))[0]?.path;
}

function columnsOf(
  values: SetupValues,
  versions: readonly PromptVersion[],
  wanted: number | undefined,
): readonly PlaygroundColumn[] {
  const latest = versions.at(-1) as PromptVersion;
  const find = (text: string): PromptVersion => {
    const found = versions.find(
      ({ version, environments }) => String(version) === text || environments.includes(text),
    );
    if (found !== undefined) return found;
    throw new NotFoundError("version", text.slice(0, 100), [], {
      hint: `${latest.path} has versions ${versions
        .map(({ version }) => version)
        .slice(-20)
        .join(", ")}`,
    });
  };
  const columns: PlaygroundColumn[] = [];
  for (let at = 1; at <= mostColumns; at++) {
    const text = values.get(`c${at}`).trim();
    if (text !== "") columns.push({ version: find(text), model: values.get(`m${at}`).trim().slice(0, 200) });
  }
  if (columns.length > 0) return columns;
  const deployed = versions.find(({ environments }) => environments.length > 0);
  const first =
    wanted === undefined
      ? (deployed ?? latest)
      : (versions.find(({ version }) => version === wanted) ?? latest);
  // The usual question: is the newest one better than what is in use?
  return first === latest
    ? [{ version: latest, model: "" }]
    : [first, latest].map((version) => ({ version, model: "" }));
}

async function variablesOf(
  columns: readonly PlaygroundColumn[],
  templates: TemplateRenderer,
): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const { version } of columns)
    for (const name of await templates.variables(version.template, version.templateLanguage)) names.add(name);
  return [...names];
}

function numberOf(text: string, what: string, most: number): number {
  if (text.trim() === "") return 1;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return value;
  throw new UsageError(`the ${what} is ${text.slice(0, 40)}`, {
    hint: `use a whole number from 1 to ${most}`,
  });
}

/** Longer typed inputs have no address: it would not fit. */
const longestTyped = 3000;

/** The address of a setup: opened again, it shows the same. */
export function setupAddress(
  setup: PlaygroundSetup,
  more: Readonly<Record<string, string | undefined>> = {},
): string {
  const { prompt, columns, dataset, row, count, inputs, isTyped, expected, scorer, rows, variables } = setup;
  const query: Record<string, string | number | undefined> = { prompt };
  for (const [at, { version, model }] of columns.entries()) {
    query[`c${at + 1}`] = version.version;
    query[`m${at + 1}`] = model;
  }
  Object.assign(query, {
    dataset,
    row: dataset === "" ? undefined : row,
    rows: count === 1 ? undefined : count,
    scorer,
  });
  if (isTyped)
    for (const name of variables) {
      const value = inputs[name];
      const text = value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
      if (text.length <= longestTyped) query[`${inputPrefix}${name}`] = text;
    }
  if (expected !== (rows?.rows[0]?.expected ?? "")) query["expected"] = expected.slice(0, longestTyped);
  return addressOf(["ui", "playground"], { ...query, ...more });
}

/** `Version 2`, `Version 1, offline/large`. */
export function columnName({ version, model }: PlaygroundColumn): string {
  return `Version ${version.version}${model === "" ? "" : `, ${model}`}`;
}
