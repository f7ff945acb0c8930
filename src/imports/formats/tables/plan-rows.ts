import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { holdingColumn } from "../../../datasets/rows/columns.ts";
import type { ChosenColumns } from "../../../datasets/rows/row-reader.ts";
import type { RowMapping } from "../../../datasets/store/parse-record.ts";
import { parsedMember } from "../../json-members.ts";
import { unwrappedAnswer } from "../tools/langfuse-dataset.ts";
import {
  type AnswerColumns,
  chooseAnswerColumns,
  columnsOf,
  isAnswerName,
  isBookkeeping,
  isFixedName,
  isGiven,
} from "./answer-columns.ts";
import { rowShapes } from "./index.ts";
import { isNestedTooDeeply } from "./is-nested-too-deeply.ts";
import type { RowShape, ShapedRow } from "./row-shape.ts";

/** How the rows of one file are read, decided from its first values. */
export interface RowPlan {
  /** Absent if each row names its inputs. */
  readonly columns?: ChosenColumns;
  /** The row as `rowContent` and `parseDatasetRecord` read it. `split`: the list that contained it. */
  row(value: JsonObject, split?: string): ShapedRow;
}

const leastShare = 0.5;
const shownColumns = 30;
/** Members that tables hold as JSON text or as Python's representation of a value. */
const parsedMembers = ["inputs", "expectations", "expected_facts", "tags", "source", "messages"];

/** Decides how to read rows. A given mapping decides alone: then no column gets a meaning by its name. */
export function planRows(sample: readonly JsonObject[], mapping: RowMapping): RowPlan {
  const shape = shapeOf(sample, mapping);
  const shaped = (value: JsonObject): ShapedRow => {
    if (shape === undefined) return { row: value };
    return shape.recognizes(value)
      ? shape.row(value)
      : { problem: `not ${shape.name}, unlike most of the file` };
  };
  const parsed = [...parsedMembers, ...holdersOf(mapping)];
  const rows = sample.flatMap((value) => {
    const found = shaped(value);
    return "row" in found ? [withParsedMembers(found.row, parsed)] : [];
  });
  const isMapped = mapping.inputs !== undefined || mapping.expected !== undefined;
  const answers = isMapped ? { expected: undefined, output: undefined } : chooseAnswerColumns(rows);
  const columns = columnsFound(rows, answers, mapping);
  return {
    ...(columns === undefined ? {} : { columns }),
    row(value, split) {
      if (isNestedTooDeeply(value)) return { problem: "it is nested too deeply" };
      const found = shaped(value);
      if (!("row" in found)) return found;
      const row = withParsedMembers(found.row, parsed);
      return {
        row: isMapped
          ? withTags(row, [], split)
          : withTags(withAnswers(row, answers), columnsOf([row]), split),
      };
    },
  };
}

/** The shape of most values. Undefined if a mapping names one of its members, which are then columns. */
export function shapeOf(sample: readonly JsonObject[], mapping: RowMapping = {}): RowShape | undefined {
  const enough = Math.max(1, sample.length * leastShare);
  const found = rowShapes.find((shape) => sample.filter((value) => shape.recognizes(value)).length >= enough);
  if (found === undefined) return undefined;
  const named = [
    ...Object.values(mapping.inputs ?? {}),
    ...(mapping.expected === undefined ? [] : [mapping.expected]),
  ];
  const [first = {}] = sample;
  const isNamed = named.some((column) => found.members.includes(holdingColumn(first, column)));
  return isNamed ? undefined : found;
}

/** Columns whose members a mapping names: `meta` of `meta.language`. */
function holdersOf({ inputs = {}, expected }: RowMapping): readonly string[] {
  const named = [...Object.values(inputs), ...(expected === undefined ? [] : [expected])];
  return named.flatMap((column) => (column.includes(".") ? [column.slice(0, column.indexOf("."))] : []));
}

function withParsedMembers(row: JsonObject, names: readonly string[]): JsonObject {
  const changed = names.flatMap((name): [string, JsonValue][] => {
    const written = row[name];
    const value = typeof written === "string" ? parsedMember(written) : written;
    return value === undefined || value === written ? [] : [[name, value]];
  });
  return changed.length === 0 ? row : { ...row, ...Object.fromEntries(changed) };
}

/** Puts the chosen columns under the names of a row. Blank cells are no answers. */
function withAnswers(row: JsonObject, { expected, output }: AnswerColumns): JsonObject {
  const isPlain =
    (expected ?? "expected_response") === "expected_response" && (output ?? "outputs") === "outputs";
  if (isPlain) return row;
  const members = Object.entries(row).flatMap(([name, value]): [string, JsonValue][] => {
    const target = name === expected ? "expected_response" : name === output ? "outputs" : name;
    if (target === name) return [[name, value]];
    if (!isGiven(value)) return [];
    return [[target, target === "expected_response" && isJsonObject(value) ? unwrappedAnswer(value) : value]];
  });
  return Object.fromEntries(members);
}

/** Columns that libraries add are no variables: an index is left out, the others become tags. */
function withTags(row: JsonObject, columns: readonly string[], split: string | undefined): JsonObject {
  const kept = isJsonObject(row["inputs"]) ? [] : columns.filter(isBookkeeping);
  if (kept.length === 0 && split === undefined) return row;
  const given = row["tags"];
  const tags = {
    ...(isJsonObject(given) ? given : isGiven(given) ? { tags: given as JsonValue } : {}),
    ...Object.fromEntries(
      kept.flatMap((name) => (/^dspy/i.test(name) ? [[name, row[name] as JsonValue]] : [])),
    ),
    ...(split === undefined ? {} : { split }),
  };
  const rest = Object.entries(row).filter(([name]) => !kept.includes(name) && name !== "tags");
  return { ...Object.fromEntries(rest), ...(Object.keys(tags).length === 0 ? {} : { tags }) };
}

function columnsFound(
  rows: readonly JsonObject[],
  { expected, output }: AnswerColumns,
  { inputs, expected: mapped }: RowMapping,
): ChosenColumns | undefined {
  const isNested = inputs === undefined && rows.every((row) => isJsonObject(row["inputs"]));
  if (isNested && expected === undefined) return undefined;
  const isMapped = inputs !== undefined || mapped !== undefined;
  const flat = columnsOf(rows).filter(
    (name) =>
      !isFixedName(name) &&
      !isBookkeeping(name) &&
      ![expected, output, mapped, ...(isMapped ? fixedAnswers : [])].includes(name),
  );
  const variables = inputs === undefined ? (isNested ? ["inputs"] : flat) : Object.values(inputs);
  return {
    variables: variables.slice(0, shownColumns),
    expected: mapped ?? expected ?? null,
    output: output ?? null,
    suspects: inputs === undefined && !isNested ? flat.filter(isAnswerName) : [],
    isChosen: !isMapped,
  };
}

const fixedAnswers = ["expected_response", "outputs"];
