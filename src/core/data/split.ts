import { digestOfText } from "./digest.ts";
import type { DatasetPart, Example } from "./example.ts";
import { type SplitRow, type SplitUnits, splitUnits } from "./split-units.ts";

type Part = DatasetPart | "unused";

export const partNames: readonly Part[] = ["train", "validation", "test", "unused"];

/**
 * Rows per part, adding up to `rows` (largest remainders). Parts with a share are not empty if there are enough
 * rows. `unused` gets the rest.
 */
function shareCounts(
  rows: number,
  shares: Readonly<Record<DatasetPart, number>>,
): Readonly<Record<Part, number>> {
  const sum = shares.train + shares.validation + shares.test;
  // 0.4 + 0.3 + 0.3 is not exactly 1 in binary, so ignore a remainder below 1e-9.
  const unused = 1 - sum > 1e-9 ? 1 - sum : 0;
  const exact = partNames.map((name) => ({
    name,
    exact: rows * (name === "unused" ? unused : shares[name]),
  }));
  const counts = new Map(exact.map(({ name, exact }) => [name, Math.floor(exact + 1e-9)]));
  const left = Math.max(0, rows - [...counts.values()].reduce((total, count) => total + count, 0));
  const byRemainder = exact
    .filter((part) => part.exact > 0)
    .sort((one, other) => remainder(other.exact) - remainder(one.exact));
  for (const { name } of byRemainder.slice(0, left)) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const { name } of byRemainder) {
    if (name !== "unused" && counts.get(name) === 0) takeOne(counts, name);
  }
  const count = (name: Part) => counts.get(name) ?? 0;
  return {
    train: count("train"),
    validation: count("validation"),
    test: count("test"),
    unused: count("unused"),
  };
}

function remainder(value: number): number {
  return value - Math.floor(value + 1e-9);
}

function takeOne(counts: Map<Part, number>, name: Part): void {
  const [largest, size] = [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best));
  if (size < 2) return;
  counts.set(largest, size - 1);
  counts.set(name, 1);
}

/** How rows are split; `SplitSpec` in the contracts has the same shape. */
export interface SplitRule {
  /** Shares that add up to at most 1; the rest stays unused. Absent: the defaults. */
  readonly shares?: Readonly<Record<DatasetPart, number>>;
  readonly seed: number;
  /** Whether parts are given as files. Rows then keep their part, and a row without one goes to train. */
  readonly isGiven: boolean;
  /**
   * False: no row has a group and no two rows have equal ids, so rows need not be read. Absent: rows are
   * checked.
   */
  readonly isGrouped?: boolean;
}

/** Rows in the order that the search uses. */
export interface Split<Row = Example> extends Readonly<Record<DatasetPart, readonly Row[]>> {
  /** Too few rows to hold any back: train and validation are the same rows, and test is empty. */
  readonly isUnsplit: boolean;
}

const fewestToSplit = 20;
const fewestForUsualShares = 100;
const usualShares = { train: 0.4, validation: 0.3, test: 0.3 };
/** A paired test needs more rows than the search does. */
const smallShares = { train: 0.3, validation: 0.2, test: 0.5 };

/**
 * Splits rows into train, validation and test. Rows are shuffled by a hash of seed and row, equal ids and equal
 * groups stay in one part, and sizes are as close to the shares as the groups allow. Runs in O(n log n).
 */
export function splitExamples<Row extends SplitRow = Example>(
  examples: readonly Row[],
  rule: SplitRule,
): Split<Row> {
  if (rule.isGiven) return freeze({ ...givenParts(examples), isUnsplit: false });
  const units = splitUnits(examples, rule.isGrouped ?? true);
  const { isUnsplit, order, homes } = dealUnits(units, examples.length, rule);
  if (isUnsplit) {
    const all = Array.from(order).flatMap((unit) => units.membersOf(unit));
    return freeze({ train: all, validation: all, test: [], isUnsplit });
  }
  const parts: Record<keyof Room, Row[]> = { train: [], validation: [], test: [], unused: [] };
  for (const unit of order) {
    const part = parts[partNames[homes[unit] as number] as keyof Room];
    for (const example of units.membersOf(unit)) part.push(example);
  }
  const { train, validation, test } = parts;
  return freeze({ train, validation, test, isUnsplit });
}

/** The part of each unit. */
interface DealtUnits {
  /** Too few rows to hold any back; `homes` is then meaningless. */
  readonly isUnsplit: boolean;
  /** Units in the order that the search uses. */
  readonly order: Uint32Array;
  /** For each unit, the index of its part in `partNames`. */
  readonly homes: Uint8Array;
}

/** Like `splitExamples`, for rows that do not exist as objects. `rows` is their number. */
export function dealUnits(
  units: SplitUnits<unknown>,
  rows: number,
  rule: Pick<SplitRule, "shares" | "seed">,
): DealtUnits {
  const shuffled = shuffle(units, rule.seed);
  const { order } = shuffled;
  if (rule.shares === undefined && rows < fewestToSplit)
    return { isUnsplit: true, order, homes: new Uint8Array(units.count) };
  const shares = rule.shares ?? (rows < fewestForUsualShares ? smallShares : usualShares);
  return { isUnsplit: false, order, homes: deal(units, shuffled, shareCounts(rows, shares)) };
}

/**
 * Units sorted by hash, with a random number for each. Typed arrays, because a file may have a million rows.
 */
interface ShuffledUnits {
  readonly order: Uint32Array;
  /** Uniform in [0, 1), by unit. */
  readonly lots: Float64Array;
}

const lotDigits = 12;

function shuffle(units: SplitUnits<unknown>, seed: number): ShuffledUnits {
  const ranks = new Float64Array(units.count);
  const lots = new Float64Array(units.count);
  const order = new Uint32Array(units.count);
  for (let unit = 0; unit < units.count; unit++) {
    const hash = digestOfText(`${seed}\n${units.keyOf(unit)}`);
    ranks[unit] = Number.parseInt(hash.slice(0, lotDigits), 16);
    lots[unit] = Number.parseInt(hash.slice(-lotDigits), 16) / 2 ** 48;
    order[unit] = unit;
  }
  const rank = (unit: number): number => ranks[unit] as number;
  // Equal ranks are nearly impossible; the key breaks ties, so the order of the file never matters.
  order.sort((one, other) => rank(one) - rank(other) || (units.keyOf(one) < units.keyOf(other) ? -1 : 1));
  return { order, lots };
}

/** Large groups go first, each drawn into a part with enough room; single rows fill the rest. */
function deal(units: SplitUnits<unknown>, { order, lots }: ShuffledUnits, wanted: Room): Uint8Array {
  const room = { ...wanted };
  const homes = new Uint8Array(units.count);
  const bySize = units.isSingle
    ? order
    : order.slice().sort((one, other) => units.sizeOf(other) - units.sizeOf(one));
  for (const unit of bySize) {
    const size = units.sizeOf(unit);
    const open = partNames.filter((name) => room[name] >= size);
    const name = open.length > 0 ? drawn(open, room, lots[unit] as number) : roomiest(room);
    room[name] -= size;
    homes[unit] = partNames.indexOf(name);
  }
  return homes;
}

type Room = Readonly<Record<DatasetPart | "unused", number>>;

/** Draws a part, weighted by its free room. The draw derives from the hash, so it is stable. */
function drawn(open: readonly (keyof Room)[], room: Room, share: number): keyof Room {
  const total = open.reduce((sum, name) => sum + room[name], 0);
  let lot = share * total;
  for (const name of open) {
    lot -= room[name];
    if (lot < 0) return name;
  }
  return roomiest(room);
}

function roomiest(room: Room): keyof Room {
  return partNames.reduce((best, name) => (room[name] > room[best] ? name : best));
}

/** Two files may hold equal inputs; such a row stays in the first part. */
function givenParts<Row extends SplitRow>(examples: readonly Row[]): Record<DatasetPart, Row[]> {
  const parts: Record<DatasetPart, Row[]> = { train: [], validation: [], test: [] };
  const homes = new Map<string, DatasetPart>();
  for (const example of examples) {
    const home = homes.get(example.id) ?? example.part ?? "train";
    homes.set(example.id, home);
    parts[home].push(example);
  }
  return parts;
}

function freeze<Row>(split: Split<Row>): Split<Row> {
  for (const rows of [split.train, split.validation, split.test]) Object.freeze(rows);
  return Object.freeze(split);
}
