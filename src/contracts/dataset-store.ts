import type { Example } from "../core/data/example.ts";
import type { JsonObject, JsonValue } from "../core/data/json.ts";
import type { RowProblem } from "../core/errors.ts";

/** The origin of a row. */
export interface RecordSource {
  /** `trace`, `human`, `code` or `document`, in lower case. */
  readonly type: string;
  readonly traceId?: string;
  /** Unknown members of the source, preserved unchanged. */
  readonly other?: JsonObject;
}

/** A row of a collected dataset (MLflow's shape); keys are snake_case on disk. */
export interface DatasetRecord {
  readonly inputs: JsonObject;
  readonly outputs?: JsonValue;
  readonly expectations?: JsonObject;
  readonly tags?: JsonObject;
  readonly source?: RecordSource;
  /** Unknown members, preserved unchanged. */
  readonly other?: JsonObject;
}

/** What a merge changed in a dataset. */
export interface MergeCounts {
  /** New rows. */
  readonly added: number;
  /** Rows whose inputs already existed: outputs replaced, expectations and tags merged. */
  readonly updated: number;
  /** Rows that changed nothing. */
  readonly unchanged: number;
  /** Rows in the dataset after the merge. */
  readonly rows: number;
}

/**
 * Collected datasets: `<state>/datasets/<name>.jsonl`. Rejects with DatasetError for unusable rows and names,
 * with NotFoundError, and with StoreError if the disk fails. A rejected call changes nothing.
 */
export interface DatasetStore {
  /**
   * A row's identity is the SHA-256 of `inputs` as key-sorted JSON: equal inputs are one row. Uses bounded
   * memory. Errors of the iterable are rethrown, and nothing is merged. With `isNew`, rejects with ConflictError if
   * the dataset exists.
   */
  merge(
    name: string,
    records: AsyncIterable<DatasetRecord> | Iterable<DatasetRecord>,
    options?: { readonly isNew?: boolean },
  ): Promise<MergeCounts>;
  /**
   * Replaces each record with the result of `change`. Returning the same record leaves the row unchanged;
   * inputs must not change. Resolves to the number of changed rows. Rejects with NotFoundError if the dataset
   * does not exist.
   */
  amend(name: string, change: (record: DatasetRecord) => DatasetRecord): Promise<number>;
  /**
   * Path of a dataset's file, whether or not it exists. Throws DatasetError if the name is not a valid file
   * name.
   */
  fileOf(name: string): string;
  list(): Promise<readonly string[]>;
  /** In file order, streamed. Rejects with NotFoundError and similar names if the dataset does not exist. */
  records(name: string): AsyncIterable<DatasetRecord>;
}

/** The source of rows and the meaning of columns; normalized from the config. */
export interface DatasetSpec {
  readonly name: string;
  /** Absolute path of one file, one file per part, or inline rows. */
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

/** Validated, distinct rows. */
export interface Dataset {
  readonly name: string;
  /** One example for each distinct `inputs`, in file order. */
  readonly examples: readonly Example[];
  /** SHA-256 over the content of all examples in order, 64 hex digits. */
  readonly digest: string;
  /** Rows in the source, before equal inputs were merged. */
  readonly rowsRead: number;
  /** Rows skipped under `on_bad_row: skip`. */
  readonly skipped: readonly RowProblem[];
  /** How the files were read, and what their columns became, as notes for the user; absent without notes. */
  readonly notes?: readonly string[];
  /** Ids of the traces behind the rows, for the first 5,000 rows that name one; absent if none do. */
  readonly traces?: readonly string[];
  /** Deletes the temporary file of a large dataset. */
  close(): Promise<void>;
}
