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
import { tableFormat } from "./table-format.ts";

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
