import { isJsonObject, type JsonValue } from "../../core/data/json.ts";
import { DatasetError, NotFoundError, UsageError } from "../../core/errors.ts";
import { nearNames } from "../../core/text/near-names.ts";
import { importFormats } from "./formats/index.ts";
import { mlflowDataset } from "./formats/mlflow-dataset.ts";
import { rows } from "./formats/rows.ts";
import type { ImportFormat } from "./import-format.ts";
import { readValues } from "./source/read-values.ts";
import type { ReadValue, SourceFile } from "./source/source-file.ts";

const sampleSize = 50;
/** Of a file's first values; others may be torn or of another kind. */
const leastShare = 0.5;

/** The format of a name. NotFoundError with near names when there is none. */
export function formatNamed(name: string): ImportFormat {
  const found = importFormats.find((format) => format.name === name);
  if (found !== undefined) return found;
  const names = importFormats.map((format) => format.name);
  const near = nearNames(name, names, 2);
  throw new NotFoundError("format", name, near, {
    hint: near.length > 0 ? undefined : `there are: auto, ${names.join(", ")}`,
  });
}

/**
 * What a file is, from its content. UsageError naming the candidates when it could be several things, or
 * when it is like nothing known; DatasetError when nothing in it can be read.
 */
export async function detectFormat(file: SourceFile): Promise<ImportFormat> {
  if (file.layout === "folder") return detectFolder(file);
  const { values, problem } = await sampleOf(file);
  if (values.length === 0) {
    const message = problem?.problem ?? "there is nothing in it";
    throw new DatasetError("nothing could be read", [{ file: file.name, line: problem?.line, message }]);
  }
  const likely = likelyFormats(values);
  const [only, ...others] = likely;
  if (only === undefined) return detectRows(file, values);
  if (others.length === 0) return only;
  throw new UsageError(`${file.name} could be ${likely.map(({ name }) => name).join(" or ")}`, {
    hint: "say which with --format",
  });
}

/**
 * The format of a file that holds what another tool means by its members, and so no rows as they stand; undefined
 * for rows, for records that have the shape of rows, and for what cannot be made out.
 */
export async function foreignFormat(file: SourceFile): Promise<ImportFormat | undefined> {
  const { values } = await sampleOf(file);
  return likelyFormats(values.filter((value) => !isRow(value))).find((format) => format !== mlflowDataset);
}

/** What says what is expected is a row, whatever else it is like. */
function isRow(value: JsonValue): boolean {
  return (
    isJsonObject(value) &&
    ["expectations", "expected_response", "expected_facts"].some((name) => name in value)
  );
}

/** All but rows. */
function likelyFormats(values: readonly JsonValue[]): readonly ImportFormat[] {
  const enough = Math.max(1, values.length * leastShare);
  return importFormats.filter(
    (format) => format !== rows && values.filter((value) => format.recognises(value)).length >= enough,
  );
}

/** Rows are what is left: with `inputs`, or flat columns. */
function detectRows(file: SourceFile, values: readonly JsonValue[]): ImportFormat {
  const areRows = values.filter((value) => rows.recognises(value) || isFlat(value)).length;
  if (areRows >= values.length * leastShare) return rows;
  const keys = [...new Set(values.flatMap((value) => (isJsonObject(value) ? Object.keys(value) : [])))];
  const shown = keys.length === 0 ? "no objects" : `objects with the keys ${keys.slice(0, 20).join(", ")}`;
  throw new UsageError(`${file.name} holds ${shown}, which is like no format known here`, {
    hint: `name one with --format: ${importFormats.map(({ name }) => name).join(", ")}`,
  });
}

async function detectFolder(file: SourceFile): Promise<ImportFormat> {
  for (const format of importFormats) {
    if ((await format.recognisesFolder?.(file.path)) === true) return format;
  }
  throw new UsageError(`${file.name} is a folder, and no export of Humanloop`, {
    hint: "name the files in it instead",
  });
}

async function sampleOf(file: SourceFile) {
  const values: JsonValue[] = [];
  let problem: Extract<ReadValue, { readonly problem: string }> | undefined;
  for await (const read of readValues(file)) {
    if ("problem" in read) problem ??= read;
    else if (isJsonObject(read.value) && Object.keys(read.value).length > 0) values.push(read.value);
    else
      problem ??= {
        problem: "no object with members",
        ...(read.line === undefined ? {} : { line: read.line }),
      };
    if (values.length >= sampleSize) break;
  }
  return { values, problem };
}

function isFlat(value: JsonValue): boolean {
  return (
    isJsonObject(value) &&
    Object.keys(value).length > 0 &&
    Object.values(value).every((member) => typeof member !== "object" || member === null)
  );
}
