import type { CsvDialect } from "./csv-delimiter.ts";
import type { TextEncoding } from "./text-encoding.ts";

/** The structure of a file, independent of what its values mean. */
export type FileLayout =
  | "jsonl"
  | "json"
  | "csv"
  | "yaml"
  | "xlsx"
  | "parquet"
  | "folder"
  | "empty"
  | "unknown";

/** How to read a file. */
export interface FileSyntax {
  readonly layout: FileLayout;
  readonly isGzip: boolean;
  readonly encoding: TextEncoding;
  /** Of a table. */
  readonly dialect?: CsvDialect;
  /** Why the layout is unknown, if a reason was found. */
  readonly problem?: string;
  /** Notes for the user about the reading. */
  readonly notes: readonly string[];
}

/** Of files that this program writes. */
export const linesSyntax: FileSyntax = { layout: "jsonl", isGzip: false, encoding: "utf-8", notes: [] };
export const folderSyntax: FileSyntax = { layout: "folder", isGzip: false, encoding: "utf-8", notes: [] };
