import type { RowAnswer, RowLimits, RowResult } from "../../contracts/row-result.ts";
import type { JsonValue } from "../../core/data/json.ts";

/** A record with more rows or longer texts takes long to read, and a browser cannot show it. */
interface Bounds {
  readonly mostRows: number;
  /** Characters of one text. */
  readonly longestText: number;
  /** A text keeps at least this many characters, however many texts there are. */
  readonly shortestLimit: number;
  /** Characters of all texts together. */
  readonly mostCharacters: number;
}

const usualBounds: Bounds = {
  mostRows: 20_000,
  longestText: 20_000,
  shortestLimit: 200,
  mostCharacters: 32_000_000,
};

/**
 * The rows of a record within its bounds. Rows with equal scores on both sides are left out first. Long texts
 * are shortened, all to the same limit. The result depends on the rows alone.
 */
export function boundRows(
  rows: readonly RowResult[],
  bounds: Bounds = usualBounds,
): { readonly rows: readonly RowResult[]; readonly rowLimits?: RowLimits } {
  const kept = rows.length <= bounds.mostRows ? rows : mostTelling(rows, bounds.mostRows);
  const textLimit = limitFor(kept, bounds);
  let textsShortened = 0;
  const shorten = (text: string): string => {
    if (text.length <= textLimit) return text;
    textsShortened++;
    return shortened(text, textLimit);
  };
  const bounded = kept.map((row) => mapTexts(row, shorten));
  const rowsOmitted = rows.length - kept.length;
  if (rowsOmitted === 0 && textsShortened === 0) return { rows };
  return { rows: bounded, rowLimits: { rowsOmitted, textLimit, textsShortened } };
}

/** Changed and failed rows first, then wrong ones; each in the order of the dataset. */
function mostTelling(rows: readonly RowResult[], most: number): readonly RowResult[] {
  const rank = ({ base, optimized }: RowResult): number => {
    if (base.score === null || optimized.score === null || base.score !== optimized.score) return 0;
    return optimized.score < 1 ? 1 : 2;
  };
  const chosen = new Set(
    rows
      .map((row, at) => ({ row, at, rank: rank(row) }))
      .sort((one, other) => one.rank - other.rank || one.at - other.at)
      .slice(0, most)
      .map(({ row }) => row),
  );
  return rows.filter((row) => chosen.has(row));
}

function limitFor(rows: readonly RowResult[], bounds: Bounds): number {
  let limit = bounds.longestText;
  while (limit > bounds.shortestLimit && sizeAt(rows, limit) > bounds.mostCharacters)
    limit = Math.max(bounds.shortestLimit, Math.floor(limit / 2));
  return limit;
}

function sizeAt(rows: readonly RowResult[], limit: number): number {
  let size = 0;
  for (const row of rows)
    mapTexts(row, (text) => {
      size += Math.min(limit, text.length);
      return text;
    });
  return size;
}

// Do not split a surrogate pair.
const halfPair = /[\uD800-\uDBFF]$/;

function shortened(text: string, limit: number): string {
  const start = text.slice(0, limit).replace(halfPair, "");
  return `${start}… [${text.length - start.length} more characters]`;
}

function mapTexts(row: RowResult, map: (text: string) => string): RowResult {
  const { source } = row;
  return {
    ...row,
    inputs: Object.fromEntries(
      Object.entries(row.inputs).map(([name, value]) => [name, mapJson(value, map)]),
    ),
    expected: orNull(row.expected, map),
    base: mapAnswer(row.base, map),
    optimized: mapAnswer(row.optimized, map),
    ...(source === undefined ? {} : { source: mapAnswer(source, map) }),
  };
}

function mapAnswer(answer: RowAnswer, map: (text: string) => string): RowAnswer {
  const { output, feedback, error } = answer;
  return {
    ...answer,
    output: orNull(output, map),
    feedback: orNull(feedback, map),
    error: orNull(error, map),
  };
}

function orNull(text: string | null, map: (text: string) => string): string | null {
  return text === null ? null : map(text);
}

function mapJson(value: JsonValue, map: (text: string) => string): JsonValue {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return value.map((one) => mapJson(one, map));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, mapJson(one, map)]));
}
