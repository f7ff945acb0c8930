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
  /** Of the file, with its dot: some formats differ by it. */
  readonly ending: string;
  /** The records from their beginning; asked for twice by formats that need a survey. */
  readonly records: () => AsyncIterable<DatasetRecord>;
  readonly write: (text: string) => void;
  /** True: no cell can be taken for a formula. */
  readonly isSafe?: boolean;
}

/** What an export wrote, and what it could not. */
export interface Exported {
  readonly rows: number;
  /** Names of members that the format has no place for; not all of very many. */
  readonly leftOut: readonly string[];
  /** Rows that had one. */
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

/** Every format that `dataset export` writes, by name. A file's ending names the first that has it. */
export const exportFormats: Readonly<Record<string, ExportFormat>> = {
  jsonl: jsonlFormat,
  json: jsonListFormat,
  csv: tableFormat("a table, a column for each variable", ".csv", ","),
  tsv: tableFormat("a table, tab-separated", ".tsv", "\t"),
  mlflow: mlflowFormat,
  promptfoo: promptfooFormat,
  "openai-evals": openaiEvalsFormat,
  langfuse: langfuseFormat,
  langsmith: langsmithFormat,
};
