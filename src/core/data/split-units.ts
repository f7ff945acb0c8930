import { canonicalJson } from "./digest.ts";
import type { DatasetPart } from "./example.ts";
import type { JsonValue } from "./json.ts";

/** What a split needs to know of a row; every Example is one. */
export interface SplitRow {
  readonly id: string;
  readonly group?: JsonValue | undefined;
  readonly part?: DatasetPart | undefined;
}

/** Rows that must stay on one side, as numbered units. */
export interface SplitUnits<Row> {
  readonly count: number;
  /** Does each unit hold one row? */
  readonly isSingle: boolean;
  /** The same for the same rows, in whatever order they come. */
  keyOf(unit: number): string;
  sizeOf(unit: number): number;
  membersOf(unit: number): readonly Row[];
}

/** Rows joined by an equal id or an equal group; a row without a group stands for itself. */
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

/** Union-find by path halving; the smallest name leads, so that order does not matter. */
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
