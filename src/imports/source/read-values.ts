import { DatasetError } from "../../core/errors.ts";
import { parseExactJson } from "../../formats/exact-json.ts";
import { notUtf8Line, readJsonLines } from "../../formats/json-lines.ts";
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
  folder: failWith("a folder, not a file"),
  empty: failWith("the file is empty"),
  unknown: failWith("neither JSON, JSON Lines, CSV nor YAML"),
};

/** Reads lines of JSON Lines, rows of CSV (as objects of strings), items of a list, or a single document. */
export const readValues: ReadValues = async function* (file) {
  try {
    yield* readers[file.layout](file);
  } catch (error) {
    // Values read before the error stay valid.
    if (!(error instanceof DatasetError)) throw error;
    yield { problem: error.problems[0]?.message ?? error.message };
  }
};

function failWith(problem: string): ReadValues {
  return async function* (): AsyncGenerator<ReadValue> {
    yield { problem };
  };
}

/** Reads one value per line. Integers beyond 2^53 are texts, as from every JSON that is imported. */
async function* readJsonlValues(file: SourceFile): AsyncGenerator<ReadValue> {
  for await (const read of readJsonLines(readBytes(file), parseExactJson))
    yield "problem" in read && read.problem === notUtf8Line ? { ...read, problem: notUtf8 } : read;
}
