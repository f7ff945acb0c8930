import type { Candidate } from "../../core/prompt/candidate.ts";
import type { Random } from "../../core/random.ts";
import { emitAttempts } from "../search/rewrite-texts.ts";
import { settleAll } from "../search/settle-all.ts";
import { affordableLanes, canPayStep } from "./budget-checks.ts";
import { studyLeader } from "./gather-failures.ts";
import { mergeLineages } from "./rewriting/merge.ts";
import { isShortLane, reflectOn } from "./rewriting/reflect.ts";
import type { Rewrite } from "./rewriting/rewrite.ts";
import { shorten } from "./rewriting/shorten.ts";
import { selectParent } from "./select-parent.ts";
import { baseOf, type GepaSearch } from "./state.ts";
import { compareRewrites } from "./validation/compare-rewrites.ts";
import {
  canValidateLater,
  deferValidation,
  isFarFromGood,
  stepBack,
  validateDeferred,
} from "./validation/deferred-validation.ts";
import { gateBySum } from "./validation/gate-by-sum.ts";
import { openRowOrder, type RowOrder } from "./validation/row-order.ts";
import { screenRewrite } from "./validation/screen-rewrite.ts";

/**
 * One step: rewrites from several parents in parallel, then the decision which of them to keep. True for
 * progress.
 */
export async function runStep(search: GepaSearch, step: number): Promise<boolean> {
  const random = search.lab.random.fork(`step ${step}`);
  if (search.fruitless > 0 && (await shorten(search, step))) return true;
  const lanes = await planLanes(search, step);
  const isDeferring = isFarFromGood(search);
  const isByTest = search.options.acceptance === "paired";
  const early = isByTest && !isDeferring ? openRowOrder(search) : undefined;
  if (early !== undefined) await studyLeader(search);
  const rewrites = await runLanes(search, step, random, lanes, early);

  if (stepBack(search, step)) return true;
  let isProgress = false;
  if (isDeferring && rewrites.length > 0 && isFarFromGood(search) && canValidateLater(search)) {
    if (await deferValidation(search, step, rewrites)) return true;
  } else isProgress = await validateDeferred(search, step);
  if (rewrites.length > 0) isProgress = (await decideOn(search, step, early, rewrites)) || isProgress;
  if (isProgress && search.options.merge === "components")
    await mergeLineages(search, step, random.fork("merge"));
  return isProgress;
}

async function decideOn(
  search: GepaSearch,
  step: number,
  early: RowOrder | undefined,
  rewrites: readonly Rewrite[],
): Promise<boolean> {
  if (search.options.acceptance !== "paired") return gateBySum(search, step, rewrites);
  const isStill = early?.defender === search.leader;
  return compareRewrites(search, step, isStill ? early : openRowOrder(search), rewrites);
}

/** Returns the number of lanes to run. Validates pending candidates first if the budget is short. */
async function planLanes(search: GepaSearch, step: number): Promise<number> {
  const all = search.task.limits.candidatesPerStep;
  if (canPayStep(search, isFarFromGood(search))) return all;
  await validateDeferred(search, step);
  if (canPayStep(search, isFarFromGood(search))) return all;
  return affordableLanes(search, isFarFromGood(search));
}

/**
 * Runs all lanes in parallel. Parents and texts are chosen before any answer arrives. If the row order is
 * known, each rewrite runs its first rows without waiting for the other lanes.
 */
async function runLanes(
  search: GepaSearch,
  step: number,
  random: Random,
  lanes: number,
  rowOrder: RowOrder | undefined,
): Promise<readonly Rewrite[]> {
  const planned = Array.from({ length: lanes }, (_, lane) => {
    const parent = parentOf(search, random.fork(`lane ${lane}`));
    return { parent, names: chooseComponents(search, parent) };
  });
  const results = await settleAll(
    planned.map(async ({ parent, names }, at) => {
      const lane = await reflectOn(search, step, parent, names, isShortLane(search, at));
      return { attempt: lane.attempt, rewrite: await screenRewrite(search, step, lane, rowOrder) };
    }),
  );
  const attempts = results.flatMap(({ attempt }) => attempt ?? []);
  search.replies.note(attempts);
  emitAttempts(search.lab, search.failures, step, attempts);
  if (attempts.length === 0) {
    const message = "all tried train rows are right: nothing to learn from";
    search.lab.emit({ type: "engine-note", message });
  }
  return results.flatMap(({ rewrite }) => rewrite ?? []);
}

function parentOf(search: GepaSearch, random: Random): Candidate {
  return search.pending.length > 0 ? baseOf(search) : selectParent(search, random);
}

/**
 * The names of the texts that a rewrite of this parent changes. With `round_robin` the pointer advances when
 * a rewrite is planned, even if it fails, and a child continues from its parent's pointer.
 */
export function chooseComponents(search: GepaSearch, parent: Candidate): readonly string[] {
  const names = Object.keys(parent.texts);
  if (search.options.components === "all") return names;
  const at = search.nextText.get(parent.id) ?? Math.max(0, ...inherited(search, parent));
  search.nextText.set(parent.id, at + 1);
  return names.slice(at % names.length, (at % names.length) + 1);
}

function inherited({ nextText }: GepaSearch, parent: Candidate): readonly number[] {
  return parent.parents.flatMap((id) => nextText.get(id) ?? []);
}
