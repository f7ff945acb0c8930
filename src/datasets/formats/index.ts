import { readJsonLines } from "../../formats/json-lines.ts";
import { readChunks } from "./read-chunks.ts";
import type { ReadRows, RowFile, RowSink } from "./row-format.ts";

interface RowFormat {
  readonly summary: string;
  readonly load: () => Promise<ReadRows>;
}

const jsonl: RowFormat = {
  summary: "one JSON object per line",
  load: async () => readJsonl,
};
const yaml: RowFormat = {
  summary: "a list of rows",
  load: async () => (await import("./yaml.ts")).readYaml,
};

/** File formats by extension. A parser is loaded when a file needs it. */
export const rowFormats: Readonly<Record<string, RowFormat>> = {
  ".jsonl": jsonl,
  ".ndjson": jsonl,
  ".json": {
    summary: "a list of rows, or an object with the list under rows, data or records",
    load: async () => (await import("./json.ts")).readJson,
  },
  ".csv": {
    summary: "comma-separated values with a header row",
    load: async () => (await import("./csv.ts")).readCsv,
  },
  ".tsv": {
    summary: "tab-separated values with a header row",
    load: async () => (await import("./csv.ts")).readTsv,
  },
  ".yaml": yaml,
  ".yml": yaml,
};

/** Reads JSON Lines: one JSON object per line. */
async function readJsonl(file: RowFile, sink: RowSink): Promise<void> {
  for await (const read of readJsonLines(readChunks(file))) {
    if ("problem" in read) sink.badRow(read.problem, read.line);
    else sink.row(read.value, read.line);
  }
}
