import type { MergeCounts } from "../../contracts/dataset-store.ts";
import type { TraceLosses } from "../../contracts/trace-store.ts";
import type { RowProblem } from "../../core/errors.ts";
import type { SkippedAnswers } from "../skipped-answers.ts";
import type { UnrenderOutcome } from "./unrender-trace.ts";

/** What became of one file. */
export interface ImportedFile {
  readonly name: string;
  readonly format: string;
  /** Columns of rows without `inputs` that were taken as variables, for nobody said which are; not all of very many. */
  readonly flatColumns: string[];
  traces: number;
  rows: number;
  problems: number;
}

/** What an import did. */
export interface ImportCounts {
  readonly files: readonly ImportedFile[];
  readonly traces: {
    readonly read: number;
    readonly added: number;
    readonly known: number;
    /** Of the known ones, those whose variables were recovered only now. */
    readonly amended: number;
  };
  /** Said of traces that the store had already, and new to it. */
  readonly feedback: number;
  /** Null: no dataset was asked for. */
  readonly dataset:
    | (MergeCounts & {
        readonly name: string;
        readonly given: number;
        /** Of the skipped ones, those that failed. */
        readonly failed: number;
        /** Calls without a usable answer that nobody corrected: no rows. */
        readonly skipped: Readonly<SkippedAnswers>;
      })
    | null;
  /** Null: no known templates. */
  readonly unrendered: Readonly<Record<UnrenderOutcome, number>> | null;
  /** Paths of the prompts whose variables were recovered, with how many. */
  readonly prompts: Readonly<Record<string, number>>;
  readonly problems: { readonly count: number; readonly shown: readonly RowProblem[] };
  /** Traces that were read and that the store could not keep. */
  readonly lost: TraceLosses;
}
