import type { MergeCounts } from "../../contracts/dataset-store.ts";
import type { TraceLosses } from "../../contracts/trace-store.ts";
import { defined } from "../../core/defined.ts";
import type { RowProblem } from "../../core/errors.ts";
import type { ChosenColumns } from "../../datasets/rows/row-reader.ts";
import type { FilePlace, ImportItem } from "../../imports/import-format.ts";
import { type LeftOut, sumLeftOut } from "../../traces/otlp/left-out.ts";
import { noneSkipped, type SkippedAnswers } from "../skipped-answers.ts";
import type { UnrenderOutcome } from "./unrender-trace.ts";

/** What was read from one file. */
export interface ImportedFile {
  readonly name: string;
  readonly format: string;
  /** How it was read, for the user. */
  readonly notes: readonly string[];
  /** What the columns of its rows became. Null without rows, and if each row names its inputs. */
  columns: ChosenColumns | null;
  traces: number;
  rows: number;
  problems: number;
}

/** The result of an import. */
export interface ImportCounts {
  readonly files: readonly ImportedFile[];
  readonly traces: {
    readonly read: number;
    readonly added: number;
    readonly known: number;
    /** Known traces whose variables this import recovered. */
    readonly amended: number;
  };
  /** New feedback on traces that the store already has. */
  readonly feedback: number;
  /** Null if no dataset was named. */
  readonly dataset:
    | (MergeCounts & {
        readonly name: string;
        readonly given: number;
        /** The number of skipped calls that failed. */
        readonly failed: number;
        /** Calls without a usable answer or a correction; they make no rows. */
        readonly skipped: Readonly<SkippedAnswers>;
      })
    | null;
  /** Null if there are no known templates. */
  readonly unrendered: Readonly<Record<UnrenderOutcome, number>> | null;
  /** Number of calls whose variables were recovered, by path of the prompt. */
  readonly prompts: Readonly<Record<string, number>>;
  /** Content that is neither a trace nor a row, by file, kind and reason. */
  readonly leftOut: readonly FileLeftOut[];
  readonly problems: {
    readonly count: number;
    /** By reason, the most frequent first. */
    readonly reasons: readonly (readonly [reason: string, count: number])[];
    readonly shown: readonly RowProblem[];
  };
  /** Traces that were read but could not be stored. */
  readonly lost: TraceLosses;
}

export interface FileLeftOut extends LeftOut {
  readonly file: string;
}

type Counter = "read" | "added" | "known" | "amended" | "feedback" | "given" | "problems";

/** Counts of a running import. */
export interface ImportTally {
  readonly counts: Record<Counter, number>;
  readonly unrendered: Record<UnrenderOutcome, number>;
  readonly prompts: Record<string, number>;
  readonly skipped: SkippedAnswers;
  /** The first 1,000 problems. */
  readonly problems: readonly RowProblem[];
  /** Counts by reason. Messages that differ in numbers and quoted values alone have one reason. */
  readonly reasons: ReadonlyMap<string, number>;
  /** True once feedback on a known trace was read. */
  hasFeedback: boolean;
  report(place: FilePlace, message: string): void;
  countTrace(outcome: UnrenderOutcome, path: string | undefined): void;
  leaveOut(place: FilePlace, leftOut: LeftOut): void;
  /** What was left out so far. */
  leftOut(): readonly FileLeftOut[];
  /** Counts a row or a trace in its file. */
  countItem(item: Extract<ImportItem, { readonly kind: "row" | "trace" }>): void;
  noteColumns(item: Extract<ImportItem, { readonly kind: "columns" }>): void;
}

const shownProblems = 1000;
const mostReasons = 100;

export function createImportTally(files: readonly ImportedFile[]): ImportTally {
  const counts = { read: 0, added: 0, known: 0, amended: 0, feedback: 0, given: 0, problems: 0 };
  const unrendered = { kept: 0, exact: 0, ambiguous: 0, unmatched: 0, no_messages: 0 };
  const prompts: Record<string, number> = {};
  const problems: RowProblem[] = [];
  const leftOut = new Map<string, readonly LeftOut[]>();
  const reasons = new Map<string, number>();
  /** The file, or the folder that contains it. */
  const fileOf = (file: string): ImportedFile | undefined =>
    files.find(({ name }) => file === name || file.startsWith(`${name}/`));
  return {
    counts,
    unrendered,
    prompts,
    problems,
    reasons,
    skipped: noneSkipped(),
    hasFeedback: false,
    report({ file, line }, message) {
      counts.problems++;
      const reason = reasonOf(message);
      if (reasons.has(reason) || reasons.size < mostReasons)
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      const entry = fileOf(file);
      if (entry !== undefined) entry.problems++;
      if (problems.length < shownProblems) problems.push(defined({ file, line, message }));
    },
    leaveOut({ file }, one) {
      leftOut.set(file, sumLeftOut([...(leftOut.get(file) ?? []), one]));
    },
    leftOut: () => [...leftOut].flatMap(([file, all]) => all.map((one) => ({ file, ...one }))),
    countTrace(outcome, path) {
      unrendered[outcome]++;
      counts.read++;
      if (outcome === "exact" && path !== undefined) prompts[path] = (prompts[path] ?? 0) + 1;
    },
    countItem(item) {
      const entry = fileOf(item.place.file);
      if (entry === undefined) return;
      entry[item.kind === "row" ? "rows" : "traces"]++;
    },
    noteColumns({ place, columns }) {
      const entry = fileOf(place.file);
      if (entry !== undefined) entry.columns = columns;
    },
  };
}

function reasonOf(message: string): string {
  return message.replace(/"[^"]*"/g, '"…"').replace(/\d+/g, "N");
}
