import { canonicalJson } from "./digest.ts";
import type { Example } from "./example.ts";

/** Rows that must stay on one side. */
export interface SplitUnit {
  /** The same for the same rows, in whatever order they come. */
  readonly key: string;
  readonly examples: readonly Example[];
}

/** Rows joined by an equal id or an equal group; a row without a group stands for itself. */
export function splitUnits(examples: readonly Example[]): readonly SplitUnit[] {
  const sets = createDisjointSets();
  const roots = examples.map((example) => {
    const id = `id:${example.id}`;
    const group = example.group;
    if (group !== undefined) sets.join(id, `group:${canonicalJson(group)}`);
    return id;
  });
  const units = new Map<string, Example[]>();
  examples.forEach((example, at) => {
    const key = sets.find(roots[at] as string);
    const unit = units.get(key);
    if (unit === undefined) units.set(key, [example]);
    else unit.push(example);
  });
  return Array.from(units, ([key, members]) => ({ key, examples: members }));
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
