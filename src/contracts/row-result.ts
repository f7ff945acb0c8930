import type { JsonObject } from "../core/data/json.ts";
import type { MissingContent } from "./optimizer.ts";

/** Base and winner on one test row. Values are null if there is no score. */
export interface RowResult {
  readonly example: string;
  readonly inputs: JsonObject;
  readonly expected: string | null;
  readonly base: RowAnswer;
  readonly optimized: RowAnswer;
  readonly source?: RowAnswer;
}

/** One prompt's answer to a row, with its score. */
export interface RowAnswer {
  readonly output: string | null;
  readonly score: number | null;
  readonly feedback: string | null;
  readonly error: string | null;
  /** How the answer is missing by its content; its score is then 0. */
  readonly missing?: MissingContent;
  /** Named parts of the score, each 0 … 1. Absent if the scorer names none. */
  readonly parts?: Readonly<Record<string, number>>;
}

/** How much of the rows a record keeps, if that is not all. */
export interface RowLimits {
  /** Rows whose texts and scores are not in the record; unchanged rows are left out first. */
  readonly rowsOmitted: number;
  /** Longer texts are shortened to this many characters, with a note of how many are missing. */
  readonly textLimit: number;
  readonly textsShortened: number;
}
