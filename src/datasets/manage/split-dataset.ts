import type { DatasetPart } from "../../core/data/example.ts";
import type { JsonValue } from "../../core/data/json.ts";
import { dealUnits, partNames } from "../../core/data/split.ts";
import { groupUnits } from "../../core/data/split-units.ts";
import { DatasetError, StoreError } from "../../core/errors.ts";
import { renderJsonLine } from "../../formats/json-lines.ts";
import { columnValue, groupCensus } from "../rows/columns.ts";
import { createKeyTable, createNumberList, idOfKey } from "../store/key-table.ts";
import type { RecordRow } from "../store/read-records.ts";
import { recordJson } from "../store/record-json.ts";
import { writeWhole } from "../store/replacement-file.ts";

export interface SplitRequest {
  /** Shares that sum to at most 1. Defaults to the shares of `run`. */
  readonly shares?: Readonly<Record<DatasetPart, number>>;
  readonly seed: number;
  /** Column whose equal values stay in the same part. */
  readonly by?: string;
}

/** The part of each row of a file, by row number; undefined for rows that the shares leave over. */
type PartOfRow = (row: number) => DatasetPart | undefined;

/**
 * Splits the rows of a file exactly as a run would with the same seed, shares and `by`: equal inputs and
 * equal groups stay together. Rejects with DatasetError if there are too few rows for the default shares, or
 * if no row has the `by` column.
 */
export async function splitRows(
  rows: AsyncIterable<RecordRow>,
  { shares, seed, by }: SplitRequest,
): Promise<{ readonly rows: number; readonly partOf: PartOfRow }> {
  const keys = createKeyTable();
  const numbers = createNumberList("uint32");
  const groups: (JsonValue | undefined)[] = [];
  const sharedGroups = createShared();
  const census = groupCensus(by);
  for await (const { row, key } of rows) {
    const index = keys.put(key);
    numbers.push(index);
    census.add(row);
    if (by !== undefined) groups[index] ??= sharedGroups(columnValue(row, by));
  }
  const [missing] = census.missing();
  if (missing !== undefined)
    throw new DatasetError(`no row has the column "${missing.column}" (--by)`, [], { hint: missing.hint });
  const units = groupUnits({
    count: keys.size,
    idOf: (row) => idOfKey(keys.keyAt(row)),
    groupOf: (row) => groups[row],
  });
  const dealt = dealUnits(units, keys.size, { seed, ...(shares === undefined ? {} : { shares }) });
  if (dealt.isUnsplit) {
    throw new DatasetError(`${keys.size} rows are too few to hold any back`, [], {
      hint: "collect 20 to 50 or more, or set the shares: --train 0.4 --validation 0.3 --test 0.3",
    });
  }
  const homes = new Uint8Array(keys.size);
  for (const unit of dealt.order) {
    for (const row of units.membersOf(unit)) homes[row] = dealt.homes[unit] as number;
  }
  const partOf: PartOfRow = (row) => {
    if (row >= numbers.length)
      throw new StoreError("the file grew while it was split", { hint: "try again" });
    const part = partNames[homes[numbers.get(row)] as number];
    return part === "unused" ? undefined : part;
  };
  return { rows: numbers.length, partOf };
}

/** Keeps one copy of equal strings, which the rows of a group share. */
function createShared() {
  const known = new Map<string, string>();
  return (value: JsonValue | undefined): JsonValue | undefined => {
    if (value === null || value === "") return undefined;
    if (typeof value !== "string") return value;
    const copy = known.get(value);
    if (copy !== undefined) return copy;
    known.set(value, value);
    return value;
  };
}

type Counts = Readonly<Record<DatasetPart | "unused", number>>;

/** Writes each row to the file of its part. All three files are complete before the first one is replaced. */
export async function writeParts(
  rows: AsyncIterable<RecordRow>,
  partOf: PartOfRow,
  files: Readonly<Record<DatasetPart, string>>,
): Promise<Counts> {
  const counts = { train: 0, validation: 0, test: 0, unused: 0 };
  await writeWhole(files.test, (test) =>
    writeWhole(files.validation, (validation) =>
      writeWhole(files.train, async (train) => {
        const writers = { train, validation, test };
        let row = 0;
        for await (const { record } of rows) {
          const part = partOf(row++);
          counts[part ?? "unused"]++;
          if (part !== undefined) writers[part](renderJsonLine(recordJson(record)));
        }
      }),
    ),
  );
  return counts;
}
