import { DatasetError } from "../../../core/errors.ts";
import { notUtf8Line, readJsonLines } from "../../../formats/json-lines/json-lines.ts";
import { notUtf8, readBytes } from "./read-bytes.ts";
import { readCsvValues } from "./read-csv-values.ts";
import { readJsonValues } from "./read-json-values.ts";
import { readYamlValues } from "./read-yaml-values.ts";
import type { FileLayout, ReadValue, ReadValues, SourceFile } from "./source-file.ts";

const readers: Readonly<Record<FileLayout, ReadValues>> = {
  jsonl: readJsonlValues,
  json: readJsonValues,
  csv: readCsvValues,
  tsv: readCsvValues,
  yaml: readYamlValues,
  folder: tell("a folder, and no file"),
  empty: tell("the file is empty"),
  unknown: tell("neither JSON, JSON Lines, CSV nor YAML"),
};

/** Lines of JSON Lines, rows of CSV (as objects of texts), items of a list, or the one document. */
export const readValues: ReadValues = async function* (file) {
  try {
    yield* readers[file.layout](file);
  } catch (error) {
    // What was read before is good all the same.
    if (!(error instanceof DatasetError)) throw error;
    yield { problem: error.problems[0]?.message ?? error.message };
  }
};

function tell(problem: string): ReadValues {
  return async function* (): AsyncGenerator<ReadValue> {
    yield { problem };
  };
}

/** One value a line. */
async function* readJsonlValues(file: SourceFile): AsyncGenerator<ReadValue> {
  for await (const read of readJsonLines(readBytes(file)))
    yield "problem" in read && read.problem === notUtf8Line ? { ...read, problem: notUtf8 } : read;
}
