import type { JsonObject, JsonValue } from "../core/data/json.ts";
import { DatasetError, NotFoundError, UsageError } from "../core/errors.ts";
import { nearNames } from "../core/text/near-names.ts";
import { importFormats } from "./formats/index.ts";
import { mlflowDataset } from "./formats/mlflow-dataset.ts";
import { hasMessagesColumn, isConversationRow, rows } from "./formats/rows.ts";
import { chooseAnswerColumns } from "./formats/tables/answer-columns.ts";
import { shapeOf } from "./formats/tables/plan-rows.ts";
import type { ImportFormat } from "./import-format.ts";
import { type FileSample, sampleFile } from "./source/sample-file.ts";
import type { SourceFile } from "./source/source-file.ts";

/** Share of a file's first values that a format must recognize; others may be damaged or of another kind. */
const leastShare = 0.5;

/** The format with this name. Throws NotFoundError with similar names if there is none. */
export function formatNamed(name: string): ImportFormat {
  const found = importFormats.find((format) => format.name === name);
  if (found !== undefined) return found;
  const names = importFormats.map((format) => format.name);
  const near = nearNames(name, names, 2);
  throw new NotFoundError("format", name, near, {
    hint: near.length > 0 ? undefined : `available formats: auto, ${names.join(", ")}`,
  });
}

/**
 * Detects the format of a file from its content. Rejects with UsageError if several formats match (naming
 * them) or none does, and with DatasetError if nothing can be read.
 */
export async function detectFormat(file: SourceFile): Promise<ImportFormat> {
  if (file.layout === "folder") return detectFolder(file);
  const sample = await sampleFile(file);
  requireValues(file, sample);
  const { values } = sample;
  const likely = likelyFormats(values);
  const [only, ...others] = likely;
  if (only === undefined) return detectRows(file, values);
  if (others.length === 0) return only;
  throw new UsageError(`${file.name} could be ${likely.map(({ name }) => name).join(" or ")}`, {
    hint: "choose one with --format",
  });
}

/** Throws DatasetError if the file has no value to recognize it by. */
export function requireValues(file: Pick<SourceFile, "name">, { values, problem }: FileSample): void {
  if (values.length > 0) return;
  const message = problem?.problem ?? "the file is empty";
  throw new DatasetError("nothing could be read", [{ file: file.name, line: problem?.line, message }], {
    hint: problem?.hint,
  });
}

/**
 * The format of values whose members have another tool's meaning, so that their columns are not those of rows. Undefined
 * for rows, for conversations, for records with the structure of rows, and for unknown content.
 */
export function foreignFormat(values: readonly JsonObject[]): ImportFormat | undefined {
  const others = values.filter((value) => !isRow(value) && !isConversationRow(value));
  return likelyFormats(others).find((format) => format !== mlflowDataset);
}

/** A value with expectations is a row, even if other formats recognize it. Evaluation sets of Databricks have a request. */
function isRow(value: JsonObject): boolean {
  if ("request" in value) return false;
  return ["expectations", "expected_response", "expected_facts"].some((name) => name in value);
}

/** Matching formats, except rows. */
function likelyFormats(values: readonly JsonValue[]): readonly ImportFormat[] {
  const enough = Math.max(1, values.length * leastShare);
  return importFormats.filter(
    (format) => format !== rows && values.filter((value) => format.recognizes(value)).length >= enough,
  );
}

/** Rows are the fallback: values with `inputs`, of a known shape, with a pair of question and answer, or flat columns. */
function detectRows(file: SourceFile, values: readonly JsonObject[]): ImportFormat {
  const areRows = values.filter(
    (value) => rows.recognizes(value) || isFlat(value) || hasMessagesColumn(value),
  ).length;
  if (areRows >= values.length * leastShare || shapeOf(values) !== undefined) return rows;
  if (chooseAnswerColumns(values).expected !== undefined) return rows;
  const keys = [...new Set(values.flatMap((value) => Object.keys(value)))];
  const shown = keys.length === 0 ? "no objects" : `objects with the keys ${keys.slice(0, 20).join(", ")}`;
  throw new UsageError(`${file.name} contains ${shown}, which match no known format`, {
    hint: `choose one with --format: ${importFormats.map(({ name }) => name).join(", ")}`,
  });
}

async function detectFolder(file: SourceFile): Promise<ImportFormat> {
  for (const format of importFormats) {
    if ((await format.recognizesFolder?.(file.path)) === true) return format;
  }
  throw new UsageError(`${file.name} is a folder, but not a Humanloop export`, {
    hint: "name the files in the folder instead",
  });
}

function isFlat(value: JsonObject): boolean {
  return (
    Object.keys(value).length > 0 &&
    Object.values(value).every((member) => typeof member !== "object" || member === null)
  );
}
