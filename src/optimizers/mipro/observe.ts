import type { MiproSearch } from "./state.ts";
import type { Observation } from "./surrogate.ts";

/** What all trials so far say, each compared with the leader on the rows it ran. */
export function observe({ cards, leader, task, tried }: MiproSearch): readonly Observation[] {
  const { validation } = task;
  const ahead = cards.lead(leader.candidate.id, task.seed.id, validation);
  return [...tried.values()].flatMap((one): Observation[] => {
    if (one === undefined || one.candidate === task.seed) return [];
    const differences = validation.flatMap((row) => {
      const [ours, theirs] = [cards.score(one.candidate.id, row), cards.score(leader.candidate.id, row)];
      return ours === undefined || theirs === undefined ? [] : [ours - theirs];
    });
    const rows = differences.length;
    if (rows === 0) return [];
    const gain = ahead + differences.reduce((sum, value) => sum + value, 0) / rows;
    return [{ combination: one.combination, gain, rows }];
  });
}
