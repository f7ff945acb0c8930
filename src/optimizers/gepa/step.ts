import type { Candidate } from "../../core/candidate.ts";
import type { Random } from "../../core/random.ts";
import { settleAll } from "../settle-all.ts";
import { tellAttempts } from "../tell-attempts.ts";
import { affordableLanes, canPayStep } from "./afford.ts";
import { chooseComponents } from "./choose-components.ts";
import { contest } from "./contest.ts";
import { type Course, openCourse } from "./course.ts";
import { firstLook } from "./first-look.ts";
import { gateBySum } from "./gate-by-sum.ts";
import { studyLeader } from "./gather-failures.ts";
import { canProveLater, grow, isFarFromGood, prove, stepBack } from "./grow.ts";
import { mergeLineages } from "./merge.ts";
import { reflectOn } from "./reflect.ts";
import type { Rewrite } from "./rewrite.ts";
import { selectParent } from "./select-parent.ts";
import { shorten } from "./shorten.ts";
import { baseOf, type Search } from "./state.ts";

/** One step: rewrites from several parents at once, then the decision which of them stay. True for progress. */
export async function runStep(search: Search, step: number): Promise<boolean> {
  const random = search.lab.random.fork(`step ${step}`);
  if (search.fruitless > 0 && (await shorten(search, step))) return true;
  const lanes = await planLanes(search, step);
  const isGrowing = isFarFromGood(search);
  const isByTest = search.options.acceptance === "paired";
  const early = isByTest && !isGrowing ? openCourse(search) : undefined;
  if (early !== undefined) await studyLeader(search);
  const rewrites = await runLanes(search, step, random, lanes, early);

  if (stepBack(search, step)) return true;
  let isProgress = false;
  if (isGrowing && rewrites.length > 0 && isFarFromGood(search) && canProveLater(search)) {
    if (await grow(search, step, rewrites)) return true;
  } else isProgress = await prove(search, step);
  if (rewrites.length > 0) isProgress = (await decideOn(search, step, early, rewrites)) || isProgress;
  if (isProgress && search.options.merge === "components")
    await mergeLineages(search, step, random.fork("merge"));
  return isProgress;
}

async function decideOn(
  search: Search,
  step: number,
  early: Course | undefined,
  rewrites: readonly Rewrite[],
): Promise<boolean> {
  if (search.options.acceptance !== "paired") return gateBySum(search, step, rewrites);
  const isStill = early?.defender === search.leader;
  return contest(search, step, isStill ? early : openCourse(search), rewrites);
}

/** Settles what must be settled before the budget is too small for it, then says how many lanes to run. */
async function planLanes(search: Search, step: number): Promise<number> {
  const all = search.task.limits.candidatesPerStep;
  if (canPayStep(search, isFarFromGood(search))) return all;
  await prove(search, step);
  if (canPayStep(search, isFarFromGood(search))) return all;
  return affordableLanes(search, isFarFromGood(search));
}

/**
 * Runs all lanes at once. Parents and texts are chosen before any answer is in; where the course is
 * known, each rewrite runs its first rows at once, without waiting for the other lanes.
 */
async function runLanes(
  search: Search,
  step: number,
  random: Random,
  lanes: number,
  course: Course | undefined,
): Promise<readonly Rewrite[]> {
  const planned = Array.from({ length: lanes }, (_, lane) => {
    const parent = parentOf(search, random.fork(`lane ${lane}`));
    return { parent, names: chooseComponents(search, parent) };
  });
  const results = await settleAll(
    planned.map(async ({ parent, names }) => {
      const lane = await reflectOn(search, step, parent, names);
      return { attempt: lane.attempt, rewrite: await firstLook(search, step, lane, course) };
    }),
  );
  const attempts = results.flatMap(({ attempt }) => attempt ?? []);
  tellAttempts(search.lab, search.failures, step, attempts);
  if (attempts.length === 0) {
    const message = "every train row tried is right: nothing to learn from";
    search.lab.emit({ type: "engine-note", message });
  }
  return results.flatMap(({ rewrite }) => rewrite ?? []);
}

function parentOf(search: Search, random: Random): Candidate {
  return search.unproven.length > 0 ? baseOf(search) : selectParent(search, random);
}
