import { DatasetError } from "../../core/errors.ts";
import { parseExactJson } from "../../formats/exact-json.ts";
import { readJsonLines } from "../../formats/json-lines.ts";
import { readCsv } from "./csv.ts";
import type { FileLayout } from "./file-syntax.ts";
import { readJson } from "./json.ts";
import { readChunks } from "./read-chunks.ts";
import type { ReadFileValue } from "./read-value.ts";
import { maxWholeBytes, type OpenedFile, type RowFile } from "./row-format.ts";
import { sniffSyntax } from "./sniff-syntax.ts";

interface ReadOptions {
  /**
   * The file is not of this program: integers of JSON beyond 2^53 become texts with all their digits, and a NUL byte in
   * a table is a fault. Default: false.
   */
  readonly isForeign?: boolean;
}

type ReadLayout = (file: OpenedFile, options: Required<ReadOptions>) => AsyncIterable<ReadFileValue>;

/** A parser that few files need is loaded with the first of them. */
const readers: Readonly<Record<FileLayout, ReadLayout>> = {
  jsonl: readLines,
  json: (file, { isForeign }) => readJson(file, { hasExactIntegers: isForeign }),
  csv: (file, { isForeign }) => readCsv(file, { hasNulBytes: !isForeign }),
  yaml: async function* (file) {
    yield* (await import("./yaml.ts")).readYaml(file);
  },
  xlsx: async function* (file) {
    if (isTooLarge(file)) yield tooLarge(file, "save the sheet as CSV, which is read row by row");
    else yield* (await import("./xlsx.ts")).readXlsx(file);
  },
  parquet: async function* (file) {
    if (isTooLarge(file)) yield tooLarge(file, "convert the file to .jsonl, which is read row by row");
    else yield* (await import("./parquet.ts")).readParquet(file);
  },
  folder: problemOf("a folder, not a file"),
  empty: async function* () {},
  unknown: problemOf("neither JSON, JSON Lines, a table, YAML, an Excel workbook nor Parquet"),
};

/**
 * Reads the values of a file in order: lines of JSON Lines, rows of a table, items of a list, or a single document.
 * Rejects with DatasetError if the file cannot be opened; values that cannot be read are problems in their place.
 */
export async function* readFileValues(
  file: RowFile,
  { isForeign = false }: ReadOptions = {},
): AsyncGenerator<ReadFileValue> {
  const syntax = file.syntax ?? (await sniffSyntax(file));
  for (const note of syntax.notes) yield { note };
  yield* readers[syntax.layout]({ ...file, syntax }, { isForeign });
}

/** For readers of several files: a file that cannot be opened or read to its end is a problem too. */
export async function* readWithProblems(values: AsyncIterable<ReadFileValue>): AsyncGenerator<ReadFileValue> {
  try {
    yield* values;
  } catch (error) {
    // Values read before the error stay valid.
    if (!(error instanceof DatasetError)) throw error;
    yield { problem: error.problems[0]?.message ?? error.message, isFatal: true };
  }
}

async function* readLines(
  file: OpenedFile,
  { isForeign }: Required<ReadOptions>,
): AsyncGenerator<ReadFileValue> {
  yield* readJsonLines(readChunks(file), isForeign ? parseExactJson : undefined);
}

function isTooLarge({ sizeBytes }: OpenedFile): boolean {
  return sizeBytes > maxWholeBytes;
}

function tooLarge({ sizeBytes }: OpenedFile, hint: string): ReadFileValue {
  const size = `${Math.ceil(sizeBytes / 2 ** 20)} MB`;
  return { problem: `${size}, more than the limit of ${maxWholeBytes / 2 ** 20} MB`, hint, isFatal: true };
}

function problemOf(problem: string): ReadLayout {
  return async function* ({ syntax }): AsyncGenerator<ReadFileValue> {
    yield { problem: syntax.problem ?? problem, isFatal: true };
  };
}
