import { isJsonObject, type JsonObject } from "../../core/data/json.ts";

import type { FileProblem } from "../../datasets/formats/read-value.ts";
import { readValuesAndNotes } from "./read-values.ts";
import type { SourceFile } from "./source-file.ts";

const sampleSize = 50;

/** The first values of a file. */
export interface FileSample {
  /** At most 50 objects with members. */
  readonly values: readonly JsonObject[];
  /** The first value that is none. */
  readonly problem: FileProblem | undefined;
  /** How the file was read, for the user. */
  readonly notes: readonly string[];
}

/** Reads a file's sample once, however often it is asked for. */
const samples = new WeakMap<SourceFile, Promise<FileSample>>();

export function sampleFile(file: SourceFile): Promise<FileSample> {
  const known = samples.get(file) ?? readSample(file);
  samples.set(file, known);
  return known;
}

async function readSample(file: SourceFile): Promise<FileSample> {
  const values: JsonObject[] = [];
  const notes: string[] = [];
  let problem: FileProblem | undefined;
  for await (const read of readValuesAndNotes(file)) {
    if ("note" in read) notes.push(read.note);
    else if ("problem" in read) problem ??= read;
    else if (isJsonObject(read.value) && Object.keys(read.value).length > 0) values.push(read.value);
    else {
      const what = Array.isArray(read.value)
        ? 'a list without column names; from pandas, write orient="records" or orient="split"'
        : "no object with members";
      problem ??= { problem: what, ...(read.line === undefined ? {} : { line: read.line }) };
    }
    if (values.length >= sampleSize) break;
  }
  return { values, problem, notes };
}
