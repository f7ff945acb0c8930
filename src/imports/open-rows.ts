import { isJsonObject, type JsonObject } from "../core/data/json.ts";
import { DatasetError } from "../core/errors.ts";
import { shellWord } from "../core/text/shell-word.ts";
import { readFileValues } from "../datasets/formats/read-file-values.ts";
import type { ReadFileValue } from "../datasets/formats/read-value.ts";
import { checkedRows, type StreamedRow } from "../datasets/formats/stream-rows.ts";
import type { RowReader } from "../datasets/rows/row-reader.ts";
import { recordJson } from "../datasets/store/record-json.ts";
import { foreignFormat, requireValues } from "./detect-format.ts";
import { planRows, type RowPlan } from "./formats/tables/plan-rows.ts";
import type { ImportFormat } from "./import-format.ts";
import { sampleFile } from "./source/sample-file.ts";
import { openSourceFile, type SourceFile } from "./source/source-file.ts";

/**
 * Opens a file of rows in any format that `collect import` reads as rows, and reads it alike. With a mapping, the
 * columns of any file are those of rows. Rejects with DatasetError for recorded calls, which are no rows.
 */
export const openRows: RowReader = async (file, mapping) => {
  const source = { ...(await openSourceFile(file.path, file.name)), signal: file.signal };
  const sample = await sampleFile(source);
  const { values, notes, problem } = sample;
  if (values.length === 0) {
    if (problem !== undefined && problem.isFatal !== true) requireValues(source, sample);
    return { rows: checkedRows(source, exactValues(source)), notes };
  }
  const isMapped = mapping.inputs !== undefined || mapping.expected !== undefined;
  const foreign = isMapped ? undefined : foreignFormat(values);
  if (foreign !== undefined) return { rows: await rowsOfFormat(foreign, source), notes };
  const plan = planRows(values, mapping);
  const rows = checkedRows(source, plannedRows(exactValues(source), plan));
  return { rows, notes, ...(plan.columns === undefined ? {} : { columns: plan.columns }) };
};

function exactValues(source: SourceFile): AsyncIterable<ReadFileValue> {
  return readFileValues(source, { isForeign: true });
}

async function* plannedRows(
  values: AsyncIterable<ReadFileValue>,
  plan: RowPlan,
): AsyncGenerator<ReadFileValue> {
  for await (const read of values) {
    if (!("value" in read) || !isJsonObject(read.value)) {
      yield read;
      continue;
    }
    const found = plan.row(read.value, read.split);
    const line = read.line === undefined ? {} : { line: read.line };
    yield "row" in found ? { value: found.row, ...line } : { problem: found.problem, ...line };
  }
}

/** The rows of another tool's dataset. Rejects with DatasetError if the first item is a call. */
async function rowsOfFormat(format: ImportFormat, source: SourceFile): Promise<AsyncIterable<StreamedRow>> {
  for await (const item of format.read([source])) {
    if (item.kind === "row") break;
    if (item.kind === "trace")
      throw new DatasetError(`${source.name} has no plain rows; it contains ${format.summary}`, [], {
        hint: `dao-opt collect import ${shellWord(source.name)} --dataset NAME`,
      });
  }
  return streamItems(format, source);
}

async function* streamItems(format: ImportFormat, source: SourceFile): AsyncGenerator<StreamedRow> {
  for await (const item of format.read([source])) {
    source.signal?.throwIfAborted();
    const { line } = item.place;
    if (item.kind === "row") yield { value: recordJson(item.record) satisfies JsonObject, line };
    else if (item.kind === "problem") yield { fault: item.message, line };
    else if (item.kind === "trace")
      yield { fault: "a recorded call, not a row; import it with `dao-opt collect import`", line };
  }
}
