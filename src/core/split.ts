import { digestOfText } from "./digest.ts";
import type { DatasetPart, Example } from "./example.ts";
import { partNames, shareCounts } from "./split-shares.ts";
import { type SplitUnit, splitUnits } from "./split-units.ts";

/** How rows are dealt; `SplitSpec` of the contracts has this shape. */
export interface SplitRule {
  /** Shares that add up to at most 1 (what is left is used for nothing). Absent: the defaults. */
  readonly shares?: Readonly<Record<DatasetPart, number>>;
  readonly seed: number;
  /** Were parts given as files? Then rows keep the part they were given for; a row without one trains. */
  readonly isGiven: boolean;
}

/** Rows in the order the search sees them. */
export interface Split extends Readonly<Record<DatasetPart, readonly Example[]>> {
  /** Too few rows to hold any back: train and validation are the same rows, and there is no test. */
  readonly isUnsplit: boolean;
}

const fewestToSplit = 20;
const fewestForUsualShares = 100;
const usualShares = { train: 0.4, validation: 0.3, test: 0.3 };
/** A paired test needs rows more than the search does. */
const smallShares = { train: 0.3, validation: 0.2, test: 0.5 };

/**
 * Deals rows into train, validation and test: shuffled by a hash of seed and row, equal ids and equal groups
 * on one side, sizes as near to the shares as the groups allow. Takes time in proportion to n log n.
 */
export function splitExamples(examples: readonly Example[], rule: SplitRule): Split {
  if (rule.isGiven) return freeze({ ...givenParts(examples), isUnsplit: false });
  const units = shuffled(splitUnits(examples), rule.seed);
  if (rule.shares === undefined && examples.length < fewestToSplit) {
    const all = units.flatMap((unit) => unit.examples);
    return freeze({ train: all, validation: all, test: [], isUnsplit: true });
  }
  const shares = rule.shares ?? (examples.length < fewestForUsualShares ? smallShares : usualShares);
  return freeze({ ...dealt(units, shareCounts(examples.length, shares)), isUnsplit: false });
}

interface HashedUnit extends SplitUnit {
  readonly hash: string;
}

function shuffled(units: readonly SplitUnit[], seed: number): readonly HashedUnit[] {
  return units
    .map((unit) => ({ ...unit, hash: digestOfText(`${seed}\n${unit.key}`) }))
    .sort((one, other) => (one.hash < other.hash ? -1 : 1));
}

/** Large groups first, each by lot to a part that has room for it; single rows then fill what is left. */
function dealt(
  units: readonly HashedUnit[],
  wanted: Readonly<Record<DatasetPart | "unused", number>>,
): Record<DatasetPart, Example[]> {
  const room = { ...wanted };
  const home = new Map<HashedUnit, DatasetPart | "unused">();
  for (const unit of [...units].sort((one, other) => other.examples.length - one.examples.length)) {
    const size = unit.examples.length;
    const open = partNames.filter((name) => room[name] >= size);
    const name = open.length > 0 ? drawn(open, room, unit.hash) : roomiest(room);
    room[name] -= size;
    home.set(unit, name);
  }
  const parts: Record<DatasetPart | "unused", Example[]> = {
    train: [],
    validation: [],
    test: [],
    unused: [],
  };
  for (const unit of units) {
    const part = parts[home.get(unit) ?? "unused"];
    for (const example of unit.examples) part.push(example);
  }
  return { train: parts.train, validation: parts.validation, test: parts.test };
}

type Room = Readonly<Record<DatasetPart | "unused", number>>;

/** A part by lot, weighted by the room it has; the lot is the hash, so it never changes. */
function drawn(open: readonly (keyof Room)[], room: Room, hash: string): keyof Room {
  const total = open.reduce((sum, name) => sum + room[name], 0);
  let lot = (Number.parseInt(hash.slice(-12), 16) / 2 ** 48) * total;
  for (const name of open) {
    lot -= room[name];
    if (lot < 0) return name;
  }
  return roomiest(room);
}

function roomiest(room: Room): keyof Room {
  return partNames.reduce((best, name) => (room[name] > room[best] ? name : best));
}

/** Two files may hold equal inputs: such a row stays where it was met first. */
function givenParts(examples: readonly Example[]): Record<DatasetPart, Example[]> {
  const parts: Record<DatasetPart, Example[]> = { train: [], validation: [], test: [] };
  const homes = new Map<string, DatasetPart>();
  for (const example of examples) {
    const home = homes.get(example.id) ?? example.part ?? "train";
    homes.set(example.id, home);
    parts[home].push(example);
  }
  return parts;
}

function freeze(split: Split): Split {
  for (const rows of [split.train, split.validation, split.test]) Object.freeze(rows);
  return Object.freeze(split);
}
