import { settleAll } from "../settle-all.ts";
import { isTight, spareRollouts } from "./afford.ts";
import { type Course, runCourse } from "./course.ts";
import { applyRace } from "./decide.ts";
import { foldRewrites } from "./fold.ts";
import { outlook } from "./outlook.ts";
import { race } from "./race.ts";
import type { Rewrite } from "./rewrite.ts";
import type { Search } from "./state.ts";

/**
 * Measures the rewrites of a step, and the fold of those that are not out of the race after their
 * first rows, against the leader. True when one was accepted.
 */
export async function contest(
  search: Search,
  step: number,
  course: Course,
  rewrites: readonly Rewrite[],
): Promise<boolean> {
  await settleAll(rewrites.map(({ candidate }) => runCourse(search, course, candidate, course.firstBlock)));
  const contenders = [...rewrites, ...(await foldOfPromising(search, step, course, rewrites))];
  const candidates = contenders.map(({ candidate }) => candidate);
  const results = await race(search, course, candidates, isTight(search, step));
  return applyRace(search, step, course, contenders, results);
}

async function foldOfPromising(
  search: Search,
  step: number,
  course: Course,
  rewrites: readonly Rewrite[],
): Promise<readonly Rewrite[]> {
  const isAffordable = spareRollouts(search) > search.task.validation.length;
  if (search.options.merge !== "fold" || !isAffordable) return [];
  const promising = rewrites.filter(
    ({ candidate }) => outlook(search, course, candidate, course.firstBlock) !== "lost",
  );
  const fold = await foldRewrites(search, step, promising);
  return fold === undefined ? [] : [fold];
}
