import { settleAll } from "../settle-all.ts";
import { affordableChallengers, isTight } from "./afford.ts";
import { type Course, runCourse } from "./course.ts";
import { applyRace, reject } from "./decide.ts";
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
  const starters = admit(search, step, course, rewrites);
  await settleAll(starters.map(({ candidate }) => runCourse(search, course, candidate, course.firstBlock)));
  const contenders = [...starters, ...(await foldOfPromising(search, step, course, starters))];
  const candidates = contenders.map(({ candidate }) => candidate);
  const results = await race(search, course, candidates, isTight(search, step));
  return applyRace(search, step, course, contenders, results);
}

/** Rewrites that have begun, and of the others as many as the budget lets begin. */
function admit(
  search: Search,
  step: number,
  course: Course,
  rewrites: readonly Rewrite[],
): readonly Rewrite[] {
  const [start] = course.rows;
  const hasBegun = ({ candidate }: Rewrite) =>
    start !== undefined && search.cards.isMeasured(candidate.id, start);
  let free = affordableChallengers(search, course.firstBlock);
  return rewrites.filter((rewrite) => {
    if (hasBegun(rewrite) || free-- > 0) return true;
    reject(search, step, rewrite.candidate, "the budget does not pay for its validation");
    return false;
  });
}

async function foldOfPromising(
  search: Search,
  step: number,
  course: Course,
  rewrites: readonly Rewrite[],
): Promise<readonly Rewrite[]> {
  const isAffordable = affordableChallengers(search, course.firstBlock) > 0;
  if (search.options.merge !== "fold" || !isAffordable) return [];
  const promising = rewrites.filter(
    ({ candidate }) => outlook(search, course, candidate, course.firstBlock) !== "lost",
  );
  const fold = await foldRewrites(search, step, promising);
  return fold === undefined ? [] : [fold];
}
