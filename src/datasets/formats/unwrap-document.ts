import { isJsonObject, type JsonObject, type JsonValue, parsedJson } from "../../core/data/json.ts";
import type { ReadFileValue } from "./read-value.ts";
import { listKeys } from "./row-format.ts";

/** Members under which tools put the list of items. */
const listMembers = [...listKeys, "traces", "runs", "items", "examples"];
const splitNames = new Set("train training validation valid val dev eval test testing".split(" "));

/** Lines of the items of the list under this key. */
type LinesOfList = (key: string) => readonly number[];

/**
 * The rows of a JSON object: those of its splits, of a data frame of pandas in any orientation that names the columns,
 * or of the list under one of the usual members; else the object itself.
 */
export function unwrapDocument(document: JsonValue, linesOf: LinesOfList): readonly ReadFileValue[] {
  if (!isJsonObject(document)) return [{ value: document, line: 1, isDocument: true }];
  const splits = splitsOf(document);
  if (splits !== undefined) return rowsOfSplits(splits, linesOf);
  const frame = rowsOfFrame(document);
  if (frame !== undefined)
    return [
      { note: `data frame of pandas, orient="${frame.orient}"` },
      ...frame.rows.map((value) => ({ value })),
    ];
  for (const member of listMembers) {
    const list = listOf(document[member]);
    if (list !== undefined)
      return withLines(list, typeof document[member] === "string" ? [] : linesOf(member));
  }
  return [{ value: document, line: 1, isDocument: true }];
}

function withLines(list: readonly JsonValue[], lines: readonly number[], split?: string): ReadFileValue[] {
  return list.map((value, at) => {
    const line = lines[at];
    return { value, ...(line === undefined ? {} : { line }), ...(split === undefined ? {} : { split }) };
  });
}

/** The list may be JSON text, as in responses of MLflow's server. */
function listOf(value: JsonValue | undefined): readonly JsonValue[] | undefined {
  const list: unknown = typeof value === "string" && value.startsWith("[") ? parsedJson(value) : value;
  if (!Array.isArray(list)) return undefined;
  return list.length === 0 || list.some(isJsonObject) ? list : undefined;
}

type Splits = readonly (readonly [name: string, rows: readonly JsonValue[]])[];

/** `{train: […], test: […]}`. No other member may be a list. */
function splitsOf(document: JsonObject): Splits | undefined {
  const lists = Object.entries(document).flatMap(([name, value]): [string, readonly JsonValue[]][] =>
    Array.isArray(value) ? [[name, value]] : [],
  );
  const areSplits = lists.every(
    ([name, rows]) => splitNames.has(name.toLowerCase()) && rows.every(isJsonObject),
  );
  return lists.length > 0 && areSplits ? lists : undefined;
}

function rowsOfSplits(splits: Splits, linesOf: LinesOfList): readonly ReadFileValue[] {
  const counted = splits.map(([name, rows]) => `${name} (${rows.length})`).join(", ");
  return [
    { note: `rows of all splits are read: ${counted}; the tag "split" of a row names its split` },
    ...splits.flatMap(([name, rows]) => withLines(rows, linesOf(name), name)),
  ];
}

interface Frame {
  readonly orient: "split" | "table" | "columns" | "index" | "list";
  readonly rows: readonly JsonObject[];
}

/** https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.to_json.html */
function rowsOfFrame(document: JsonObject): Frame | undefined {
  return splitFrame(document) ?? tableFrame(document) ?? keyedFrame(document) ?? listFrame(document);
}

/** `{columns: […], index: […], data: [[…], …]}` */
function splitFrame({ columns, data, ...rest }: JsonObject): Frame | undefined {
  const others = Object.keys(rest).filter((name) => !["index", "index_names", "column_names"].includes(name));
  if (!Array.isArray(columns) || !Array.isArray(data) || others.length > 0) return undefined;
  const names = columns.map(String);
  if (!data.every((row) => Array.isArray(row) && row.length === names.length)) return undefined;
  const rows = data.map((row: readonly JsonValue[]) =>
    Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])),
  );
  return { orient: "split", rows };
}

/** `{schema: {fields, primaryKey}, data: [{…}, …]}`; the index is no column. */
function tableFrame({ schema, data }: JsonObject): Frame | undefined {
  if (!isJsonObject(schema) || !Array.isArray(schema["fields"]) || !Array.isArray(data)) return undefined;
  if (!data.every(isJsonObject)) return undefined;
  const keys: JsonValue = schema["primaryKey"] ?? [];
  const index = new Set(Array.isArray(keys) ? keys.map(String) : [String(keys)]);
  const rows = data.map((row: JsonObject) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !index.has(name))),
  );
  return { orient: "table", rows };
}

/** `{column: {"0": …, "1": …}}` and `{"0": {column: …}, "1": {…}}` */
function keyedFrame(document: JsonObject): Frame | undefined {
  const members = Object.entries(document);
  const [first] = members;
  if (
    first === undefined ||
    !members.every((member): member is [string, JsonObject] => isJsonObject(member[1]))
  )
    return undefined;
  const inner = Object.keys(first[1] as JsonObject);
  if (inner.length === 0) return undefined;
  if (members.every(([name]) => isCount(name))) {
    const rows = members.map(([, row]) => row);
    return inner.some(isCount) ? undefined : { orient: "index", rows };
  }
  const areColumns = members.every(([, column]) => {
    const keys = Object.keys(column);
    return keys.length === inner.length && keys.every((key, at) => isCount(key) && key === inner[at]);
  });
  if (!areColumns) return undefined;
  const rows = inner.map((key) =>
    Object.fromEntries(members.map(([name, column]) => [name, column[key] ?? null])),
  );
  return { orient: "columns", rows };
}

/** `{column: […], …}`, from `to_dict("list")` and the datasets of Hugging Face. */
function listFrame(document: JsonObject): Frame | undefined {
  const columns = Object.entries(document);
  const length = Array.isArray(columns[0]?.[1]) ? columns[0][1].length : 0;
  const isColumn = (value: JsonValue): value is readonly JsonValue[] =>
    Array.isArray(value) && value.length === length && !value.some(isJsonObject);
  if (columns.length < 2 || length === 0) return undefined;
  if (!columns.every((column): column is [string, readonly JsonValue[]] => isColumn(column[1])))
    return undefined;
  const rows = Array.from({ length }, (_, at) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[at] ?? null])),
  );
  return { orient: "list", rows };
}

function isCount(key: string): boolean {
  return /^\d+$/.test(key);
}
