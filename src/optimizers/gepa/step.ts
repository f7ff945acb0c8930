import type { Candidate } from "../../core/prompt/candidate.ts";
import { settleAll } from "../search/settle-all.ts";
import { affordableLanes, canPayStep } from "./budget-checks.ts";
import { mergeLineages } from "./rewriting/merge.ts";
import type { Rewrite } from "./rewriting/rewrite.ts";
import { shorten } from "./rewriting/shorten.ts";
import { gatherEvidence, planLanes, runLanes } from "./run-lanes.ts";
import type { GepaSearch } from "./state.ts";
import { compareRewrites } from "./validation/compare-rewrites.ts";
import {
  canValidateLater,
  deferValidation,
  isFarFromGood,
  stepBack,
  validateDeferred,
} from "./validation/deferred-validation.ts";
import { gateBySum } from "./validation/gate-by-sum.ts";

/** The first half of a step: what it has to decide on. */
export interface Proposal {
  /** The leader when the parents were chosen. */
  readonly leader: Candidate;
  readonly rewrites: readonly Rewrite[];
  /** The fold of the rewrites is built on before it is validated. */
  readonly isDeferring: boolean;
  /** A pending candidate became the leader, or a worse one was dropped. */
  readonly isProgress: boolean;
}

/** Asks for rewrites of several parents in parallel. Pending candidates are validated meanwhile, if it is time to. */
export async function propose(search: GepaSearch, step: number): Promise<Proposal> {
  const { lab, leader, task } = search;
  const { maxSteps } = task.limits;
  lab.signal.throwIfAborted();
  lab.emit({ type: "step-started", step, ...(Number.isFinite(maxSteps) ? { of: maxSteps } : {}) });
  const lanes = planLanes(search, lab.random.fork(`step ${step}`), await countLanes(search, step));
  const proposal = { leader, rewrites: [], isDeferring: false, isProgress: false };
  if (!isFarFromGood(search)) {
    const [ready, isProgress] = await both(gatherEvidence(search, lanes), validateDeferred(search, step));
    return { ...proposal, rewrites: await runLanes(search, step, ready, false), isProgress };
  }
  const ready = await gatherEvidence(search, lanes);
  if (stepBack(search, step)) return { ...proposal, isProgress: true };
  const reflections = ready.reduce((sum, { names }) => sum + names.length, 0);
  const fold = Object.keys(search.leader.texts).length;
  if (isFarFromGood(search) && canValidateLater(search, reflections + fold))
    return { ...proposal, rewrites: await runLanes(search, step, ready, true), isDeferring: true };
  if (!canValidateLater(search, reflections))
    return { ...proposal, isProgress: await validateDeferred(search, step) };
  const run = runLanes(search, step, ready, true);
  const [rewrites, isProgress] = await both(run, validateDeferred(search, step));
  return { ...proposal, rewrites, isProgress };
}

/** Returns the number of lanes to run. Validates pending candidates first if the budget is short. */
async function countLanes(search: GepaSearch, step: number): Promise<number> {
  const all = search.task.limits.candidatesPerStep;
  if (canPayStep(search, isFarFromGood(search))) return all;
  await validateDeferred(search, step);
  if (canPayStep(search, isFarFromGood(search))) return all;
  return affordableLanes(search, isFarFromGood(search));
}

async function both<T, U>(one: Promise<T>, other: Promise<U>): Promise<[T, U]> {
  await settleAll<unknown>([one, other]);
  return [await one, await other];
}

/**
 * True if the next step can propose while this one decides. Its parents are then those of this step: what this step
 * accepts is compared with what they bring.
 */
export function canOverlap(search: GepaSearch, step: number, { rewrites, isDeferring }: Proposal): boolean {
  const { maxSteps, patience } = search.task.limits;
  const isLast = step >= maxSteps || search.fruitless + 1 >= patience;
  return !isLast && !isDeferring && rewrites.length > 0 && canPayStep(search, false, 2);
}

/** The second half of a step: which rewrites to keep. True for progress. */
export async function decide(
  search: GepaSearch,
  step: number,
  { rewrites, isDeferring, isProgress }: Proposal,
): Promise<boolean> {
  if (isDeferring && rewrites.length > 0) return deferValidation(search, step, rewrites);
  const isAccepted = rewrites.length > 0 && (await decideOn(search, step, rewrites));
  if (!isAccepted && !isProgress) return shorten(search, step);
  if (search.options.merge === "components")
    await mergeLineages(search, step, search.lab.random.fork(`step ${step}`).fork("merge"));
  return true;
}

async function decideOn(search: GepaSearch, step: number, rewrites: readonly Rewrite[]): Promise<boolean> {
  if (search.options.acceptance !== "paired") return gateBySum(search, step, rewrites);
  return compareRewrites(search, step, rewrites);
}
