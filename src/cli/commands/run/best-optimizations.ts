import type { OptimizationRecord, RunRecord } from "../../../contracts/run-record.ts";

/** Names of the optimizations with the best proven gain of a prompt that several optimizations tried. */
export function bestOptimizations({ optimizations }: Pick<RunRecord, "optimizations">): ReadonlySet<string> {
  const best = new Set<string>();
  for (const group of byPrompts(optimizations).values()) {
    if (group.length < 2) continue;
    const [first] = group
      .filter(({ status }) => status === "improved")
      .sort((one, other) => gainOf(other) - gainOf(one));
    if (first !== undefined) best.add(first.name);
  }
  return best;
}

/** Optimizations by the prompts they rewrite. */
export function byPrompts(
  optimizations: readonly OptimizationRecord[],
): ReadonlyMap<string, readonly OptimizationRecord[]> {
  const groups = new Map<string, OptimizationRecord[]>();
  for (const one of optimizations) {
    const paths = one.prompts.map(({ path }) => path).join("\n");
    groups.set(paths, [...(groups.get(paths) ?? []), one]);
  }
  return groups;
}

function gainOf({ scores }: OptimizationRecord): number {
  return scores.test?.difference ?? 0;
}
