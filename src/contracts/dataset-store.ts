import type { Example } from "../core/data/example.ts";
import type { JsonObject, JsonValue } from "../core/data/json.ts";
import type { RowProblem } from "../core/errors.ts";

/** Where a row came from. */
export interface RecordSource {
  /** `trace`, `human`, `code` or `document`, in small letters. */
  readonly type: string;
  readonly traceId?: string;
  /** Members of the source without a name here, as they were; they survive. */
  readonly other?: JsonObject;
}

/** A row as collected datasets hold it (MLflow's shape); keys are snake_case on disk. */
export interface DatasetRecord {
  readonly inputs: JsonObject;
  readonly outputs?: JsonValue;
  readonly expectations?: JsonObject;
  readonly tags?: JsonObject;
  readonly source?: RecordSource;
  /** Members without a name here, as they were; they survive. */
  readonly other?: JsonObject;
}

export interface MergeCounts {
  /** Rows that were not there. */
  readonly added: number;
  /** Rows with inputs that were there: outputs replaced, expectations and tags merged. */
  readonly updated: number;
  /** Rows that changed nothing. */
  readonly unchanged: number;
  /** Rows in the dataset now. */
  readonly rows: number;
}

/**
 * Collected datasets: `<state>/datasets/<name>.jsonl`. Rejects with DatasetError for rows and names that cannot
 * be used, with NotFoundError, and with StoreError when the disk refuses; nothing was changed then.
 */
export interface DatasetStore {
  /**
   * Identity is the SHA-256 of `inputs` as key-sorted JSON: equal inputs are one row. Bounded memory. What the
   * iterable throws is passed on, and nothing was merged.
   */
  merge(name: string, records: AsyncIterable<DatasetRecord> | Iterable<DatasetRecord>): Promise<MergeCounts>;
  /**
   * Puts what `change` gives in the place of each record; the very record leaves its row as it is, and inputs
   * must stay. Resolves to how many changed. NotFoundError when there is no such dataset.
   */
  amend(name: string, change: (record: DatasetRecord) => DatasetRecord): Promise<number>;
  /** File of a dataset, be it there or not. DatasetError for a name that is no file name. */
  fileOf(name: string): string;
  list(): Promise<readonly string[]>;
  /** In file order, streamed. NotFoundError with near names when there is none. */
  records(name: string): AsyncIterable<DatasetRecord>;
}

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
