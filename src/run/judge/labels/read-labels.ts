import type { DatasetSpec } from "../../../contracts/dataset-store.ts";
import { digestOf } from "../../../core/data/digest.ts";
import type { Example } from "../../../core/data/example.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { DatasetError, type RowProblem } from "../../../core/errors.ts";
import { nearNames } from "../../../core/text/near-names.ts";
import { problemLines } from "../../../datasets/dataset-failure.ts";
import { streamRows } from "../../../datasets/formats/stream-rows.ts";
import { locateFile } from "../../../datasets/locate-file.ts";
import { outputText } from "../../../datasets/rows/answer-text.ts";
import { columnValue } from "../../../datasets/rows/columns.ts";
import { exampleOf, rowContent } from "../../../datasets/rows/row-content.ts";
import { notAnObject, type RowFault } from "../../../datasets/rows/row-fault.ts";
import type { WrittenLabel } from "./label.ts";
import { findLabelColumns, type LabelColumns, withoutLabel } from "./label-columns.ts";

export interface LabelSource {
  /** Absolute path of the file. */
  readonly path: string;
  /** Folder that places in messages are relative to. */
  readonly relativeTo: string;
  readonly columns: { readonly verdict?: string | undefined; readonly answer?: string | undefined };
  /** How the dataset's columns are mapped; labels may use the same ones. */
  readonly spec: Pick<DatasetSpec, "inputs" | "expected">;
  /** The dataset's rows by their id. */
  readonly known: ReadonlyMap<string, Example>;
  readonly dataset: string;
}

export interface ReadLabels {
  /** Name of the file in messages. */
  readonly file: string;
  readonly written: readonly WrittenLabel[];
  /** Column of the verdicts. */
  readonly column: string;
  /** SHA-256 over the labels. */
  readonly digest: string;
  /** Rows without an answer: nothing was judged there. */
  readonly unanswered: number;
}

const idDigits = 16;

/**
 * Reads a label file: rows with inputs, an answer and a person's verdict. What a label leaves out (inputs if it
 * names a row by id, the expected answer) comes from the dataset's row. Rejects with one DatasetError for all
 * unusable labels.
 */
export async function readLabels(source: LabelSource): Promise<ReadLabels> {
  const file = await locateFile(source.path, { relativeTo: source.relativeTo });
  const rows: { readonly row: JsonObject; readonly line: number | undefined }[] = [];
  const problems: RowProblem[] = [];
  const blame = (message: string, line: number | undefined) => {
    problems.push({ file: file.name, ...(line === undefined ? {} : { line }), message });
  };
  for await (const { value, fault, line } of streamRows(file)) {
    if (fault !== undefined) blame(fault, line);
    else if (isJsonObject(value as JsonValue)) rows.push({ row: value as JsonObject, line });
    else blame(notAnObject(value).message, line);
  }
  if (rows.length === 0 && problems.length === 0) throw new DatasetError(`${file.name} has no labels`);
  const mapped = [...Object.values(source.spec.inputs ?? {}), source.spec.expected ?? ""];
  const columns =
    rows.length === 0
      ? undefined
      : findLabelColumns(
          rows.map(({ row }) => row),
          source.columns,
          new Set(mapped),
        );
  const written: WrittenLabel[] = [];
  let unanswered = 0;
  for (const { row, line } of columns === undefined ? [] : rows) {
    const read = readLabel(
      row,
      { file: file.name, ...(line === undefined ? {} : { line }) },
      source,
      columns as LabelColumns,
    );
    if (typeof read === "string") blame(read, line);
    else if (read === undefined) unanswered++;
    else written.push(read);
  }
  if (problems.length > 0) {
    const count = problems.length === 1 ? "1 label" : `${problems.length} labels`;
    throw new DatasetError(
      [`${file.name}: ${count} cannot be used`, ...problemLines(problems)].join("\n"),
      problems,
      { hint: "fix these labels; a label has the row's inputs, the answer and a verdict" },
    );
  }
  const facts = written.map(({ example, answer, verdict, rater }) => [
    example.id,
    answer,
    verdict,
    rater ?? null,
  ]);
  return { file: file.name, written, column: columns?.verdict ?? "", digest: digestOf(facts), unanswered };
}

/** A label, why it cannot be used, or undefined if the row has no answer. */
function readLabel(
  row: JsonObject,
  origin: Example["origin"],
  source: LabelSource,
  columns: LabelColumns,
): WrittenLabel | string | undefined {
  const own = withoutLabel(row, columns);
  const example = rowOf(own, row, origin, source, columns);
  if (typeof example === "string") return example;
  const text = columns.answer === undefined ? row.outputs : columnValue(row, columns.answer);
  const answer = outputText(text);
  const verdict = columnValue(row, columns.verdict) ?? null;
  if (answer === undefined)
    return verdict === null || verdict === "" ? undefined : "a verdict, but no answer";
  const rater = textOf(row, columns.rater);
  const comment = textOf(row, columns.comment);
  return {
    example,
    answer,
    verdict,
    ...(rater === undefined ? {} : { rater }),
    ...(comment === undefined ? {} : { comment }),
  };
}

/** The labelled row: with inputs of its own, or named by the id of a row of the dataset. */
function rowOf(
  own: JsonObject,
  row: JsonObject,
  origin: Example["origin"],
  { spec, known, dataset }: LabelSource,
  columns: LabelColumns,
): Example | string {
  const { id, outputs: _outputs, ...rest } = own;
  const isNamed = typeof id === "string" && Object.keys(rest).length === 0;
  if (isNamed) {
    const found = known.get(id);
    if (found !== undefined) return { ...found, origin };
    const near = nearNames(id, [...known.keys()].slice(0, 1000), 1);
    return `no row of dataset ${dataset} has the id ${JSON.stringify(id)}${near.length === 0 ? "" : `; did you mean ${near[0]}?`}`;
  }
  const faults: RowFault[] = [];
  const areMapped = Object.values(spec.inputs ?? {}).every(
    (column) => columnValue(own, column) !== undefined,
  );
  const expected = [spec.expected, columns.expected].find(
    (column) => column !== undefined && columnValue(row, column) !== undefined,
  );
  const held = expected === undefined ? rest : { ...rest, [expected]: columnValue(row, expected) ?? null };
  const content = rowContent(
    held,
    {
      name: dataset,
      source: { kind: "inline", rows: [], file: origin.file },
      onBadRow: "fail",
      ...(spec.inputs === undefined || !areMapped ? {} : { inputs: spec.inputs }),
      ...(expected === undefined ? {} : { expected }),
    },
    faults,
  );
  if (faults.length > 0) return faults.map(({ message }) => message).join("; ");
  const digest = digestOf(content.inputs).slice(0, idDigits);
  const made = exampleOf(content, { id: digest, part: undefined, origin });
  const found = known.get(digest);
  if (found === undefined) return made;
  return { ...found, ...made, expectations: { ...found.expectations, ...made.expectations } };
}

function textOf(row: JsonObject, column: string | undefined): string | undefined {
  const value = column === undefined ? undefined : columnValue(row, column);
  if (value === undefined || value === null || typeof value === "object") return undefined;
  const text = String(value).trim();
  return text === "" ? undefined : text;
}
