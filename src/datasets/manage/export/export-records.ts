import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import type { ExportFormat } from "./export-format.ts";
import {
  jsonListFormat,
  jsonlFormat,
  langfuseFormat,
  langsmithFormat,
  mlflowFormat,
  openaiEvalsFormat,
} from "./json-formats.ts";
import { promptfooFormat } from "./promptfoo-format.ts";
import { surveyColumns, tableFormat } from "./table-format.ts";

interface ExportRequest {
  readonly format: ExportFormat;
  /** Extension of the file, with the dot. Some formats depend on it. */
  readonly ending: string;
  /** Iterates over all records. Called twice by formats that need a survey. */
  readonly records: () => AsyncIterable<DatasetRecord>;
  readonly write: (text: string) => void;
  /** If true, no cell can be evaluated as a formula. */
  readonly isSafe?: boolean;
}

/** The result of an export. */
export interface Exported {
  readonly rows: number;
  /** Names of members that the format cannot represent, at most 20. */
  readonly leftOut: readonly string[];
  /** Number of rows with such a member. */
  readonly rowsLeftOut: number;
}

const shownNames = 20;

/** Writes records one after the other. */
export async function exportRecords({
  format,
  ending,
  records,
  write,
  isSafe = false,
}: ExportRequest): Promise<Exported> {
  const survey = format.needsSurvey === true ? await surveyColumns(records()) : undefined;
  const writer = format.open({ ending, survey, isSafe });
  const names = new Set<string>();
  let rows = 0;
  let rowsLeftOut = 0;
  write(writer.head);
  for await (const record of records()) {
    write(writer.row(record, rows++ === 0));
    const left = format.leavesOut?.(record) ?? [];
    if (left.length > 0) rowsLeftOut++;
    for (const name of left) if (names.size < shownNames) names.add(name);
  }
  write(writer.tail);
  return { rows, leftOut: [...names], rowsLeftOut };
}

/** Formats of `dataset export` by name. A file extension selects the first format that lists it. */
export const exportFormats: Readonly<Record<string, ExportFormat>> = {
  jsonl: jsonlFormat,
  json: jsonListFormat,
  csv: tableFormat("table with one column per variable", ".csv", ","),
  tsv: tableFormat("tab-separated table", ".tsv", "\t"),
  mlflow: mlflowFormat,
  promptfoo: promptfooFormat,
  "openai-evals": openaiEvalsFormat,
  langfuse: langfuseFormat,
  langsmith: langsmithFormat,
};
