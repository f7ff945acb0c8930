/** What a row file with this extension contains. Other files are recognized by their content. */
export const rowFormats: Readonly<Record<string, { readonly summary: string }>> = {
  ".jsonl": { summary: "one JSON object per line" },
  ".ndjson": { summary: "one JSON object per line" },
  ".json": { summary: "a list of rows, or an object with the list under rows, data or records" },
  ".csv": { summary: "comma-separated values with a header row" },
  ".tsv": { summary: "tab-separated values with a header row" },
  ".txt": { summary: "a table with a header row, or JSON" },
  ".yaml": { summary: "a list of rows" },
  ".yml": { summary: "a list of rows" },
  ".xlsx": { summary: "a sheet with a header row" },
  ".parquet": { summary: "a Parquet table" },
};
