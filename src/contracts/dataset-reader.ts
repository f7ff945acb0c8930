import type { Example } from "../core/data/example.ts";
import type { JsonObject } from "../core/data/json.ts";
import type { RowProblem } from "../core/errors.ts";

/** Where rows come from and which column is what; normalised from the config. */
export interface DatasetSpec {
  readonly name: string;
  /** Absolute path of one file, or files given per part, or rows inline. */
  readonly source:
    | { readonly kind: "file"; readonly path: string }
    | {
        readonly kind: "parts";
        readonly train: string;
        readonly validation: string;
        readonly test?: string;
      }
    | { readonly kind: "inline"; readonly rows: readonly JsonObject[]; readonly file: string };
  /** Template variable → column (dotted for nested). Absent: the row's `inputs`, else its flat columns. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Column of the expected answer (dotted for nested). */
  readonly expected?: string;
  /** Column that groups rows (`split.by`). */
  readonly groupBy?: string;
  readonly onBadRow: "fail" | "skip";
}

/** Rows read, checked, made distinct. */
export interface Dataset {
  readonly name: string;
  /** One example for each distinct `inputs`, in file order. */
  readonly examples: readonly Example[];
  /** SHA-256 over the content of all examples in order, 64 hex digits. */
  readonly digest: string;
  /** Rows as written, before equal inputs were made one. */
  readonly rowsRead: number;
  /** Rows left out under `on_bad_row: skip`. */
  readonly skipped: readonly RowProblem[];
  /** Ids of the traces that rows were made of, of the first 5,000 that name one; absent without any. */
  readonly traces?: readonly string[];
  /** Frees the spool of a large file. */
  close(): Promise<void>;
}
