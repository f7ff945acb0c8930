import { canonicalJson } from "./digest.ts";
import type { DatasetPart } from "./example.ts";
import type { JsonValue } from "./json.ts";

/** The fields of a row that a split uses; every Example has them. */
export interface SplitRow {
  readonly id: string;
  readonly group?: JsonValue | undefined;
  readonly part?: DatasetPart | undefined;
}

/** Rows that must stay in one part, as numbered units. */
export interface SplitUnits<Row> {
  readonly count: number;
  /** Whether each unit holds one row. */
  readonly isSingle: boolean;
  /** A key that depends on the unit's rows, not on their order. */
  keyOf(unit: number): string;
  sizeOf(unit: number): number;
  membersOf(unit: number): readonly Row[];
}

/** Rows joined by an equal id or an equal group. A row without a group is its own unit. */
export function splitUnits<Row extends SplitRow>(
  examples: readonly Row[],
  isGrouped: boolean,
): SplitUnits<Row> {
  return isGrouped ? joinedUnits(examples) : singleUnits(examples);
}

function singleUnits<Row extends SplitRow>(examples: readonly Row[]): SplitUnits<Row> {
  return {
    count: examples.length,
    isSingle: true,
    keyOf: (unit) => `id:${(examples[unit] as Row).id}`,
    sizeOf: () => 1,
    membersOf: (unit) => [examples[unit] as Row],
  };
}

function joinedUnits<Row extends SplitRow>(examples: readonly Row[]): SplitUnits<Row> {
  const sets = createDisjointSets();
  const roots = examples.map((example) => {
    const id = `id:${example.id}`;
    const group = example.group;
    if (group !== undefined) sets.join(id, `group:${canonicalJson(group)}`);
    return id;
  });
  const units = new Map<string, Row[]>();
  examples.forEach((example, at) => {
    const key = sets.find(roots[at] as string);
    const unit = units.get(key);
    if (unit === undefined) units.set(key, [example]);
    else unit.push(example);
  });
  const keys = [...units.keys()];
  const members = [...units.values()];
  return {
    count: keys.length,
    isSingle: keys.length === examples.length,
    keyOf: (unit) => keys[unit] as string,
    sizeOf: (unit) => (members[unit] as readonly Row[]).length,
    membersOf: (unit) => members[unit] as readonly Row[],
  };
}

/** Union-find with path halving. The smallest name leads, so the order does not matter. */
function createDisjointSets() {
  const parents = new Map<string, string>();
  const find = (name: string): string => {
    let at = name;
    for (;;) {
      const parent = parents.get(at) ?? at;
      if (parent === at) return at;
      const grandparent = parents.get(parent) ?? parent;
      parents.set(at, grandparent);
      at = grandparent;
    }
  };
  return {
    find,
    join(one: string, other: string): void {
      const [leader, follower] = [find(one), find(other)].sort() as [string, string];
      if (leader !== follower) parents.set(follower, leader);
    },
  };
}

/** Rows addressed by number, all with different ids. */
interface NumberedRows {
  readonly count: number;
  idOf(row: number): string;
  /** Undefined if the row has no group. */
  groupOf(row: number): JsonValue | undefined;
}

/**
 * Units of rows with equal groups: the result of `splitUnits` for rows with different ids, in a tenth of the
 * memory because the rows are not objects. Members are row numbers.
 */
export function groupUnits(rows: NumberedRows): SplitUnits<number> {
  const names: (string | undefined)[] = [];
  const unitOfRow = new Uint32Array(rows.count);
  const unitOfGroup = new Map<string, number>();
  for (let row = 0; row < rows.count; row++) {
    const group = rows.groupOf(row);
    const name = group === undefined ? undefined : canonicalJson(group);
    const known = name === undefined ? undefined : unitOfGroup.get(name);
    const unit = known ?? names.push(name) - 1;
    if (name !== undefined && known === undefined) unitOfGroup.set(name, unit);
    unitOfRow[row] = unit;
  }
  const { starts, members } = sortByUnit(unitOfRow, names.length);
  const start = (unit: number): number => starts[unit] as number;
  return {
    count: names.length,
    isSingle: names.length === rows.count,
    keyOf: (unit) =>
      names[unit] === undefined ? `id:${rows.idOf(members[start(unit)] as number)}` : `group:${names[unit]}`,
    sizeOf: (unit) => start(unit + 1) - start(unit),
    membersOf: (unit) => Array.from(members.subarray(start(unit), start(unit + 1))),
  };
}

/** Row numbers sorted by unit; the rows of a unit begin at its start. */
function sortByUnit(unitOfRow: Uint32Array, count: number) {
  const starts = new Uint32Array(count + 1);
  for (const unit of unitOfRow) starts[unit + 1] = (starts[unit + 1] as number) + 1;
  for (let unit = 0; unit < count; unit++)
    starts[unit + 1] = (starts[unit + 1] as number) + (starts[unit] as number);
  const next = starts.slice();
  const members = new Uint32Array(unitOfRow.length);
  unitOfRow.forEach((unit, row) => {
    const at = next[unit] as number;
    members[at] = row;
    next[unit] = at + 1;
  });
  return { starts, members };
}
