import type { Lab, OptimizationTask, SearchEnd } from "../../contracts/optimizer.ts";
import type { SearchCost, SearchSize } from "../../contracts/plugin.ts";
import { BudgetError } from "../../core/errors.ts";
import { defineOptimizer } from "../../plugins/define.ts";
import { bootstrapSize, estimateShownRows } from "../demonstrations/demonstration-options.ts";
import { draftWithDemonstrations } from "../demonstrations/draft-with-demonstrations.ts";
import { emitEnds, estimateHalving, halvingRace, mixedOrder } from "../search/halving-race.ts";
import { estimateSteps, runSteps } from "../search/run-steps.ts";
import { type FewShotOptions, fewShotOptions, firstRaceRows } from "./options.ts";
import { proposeSets } from "./propose-sets.ts";
import { type FewShotSearch, openCards, openFewShotSearch, type Shown } from "./state.ts";

const nothing = { low: 0, likely: 0, high: 0 };

/** The prompt on train rows, then one halving race of sets per step. No reflections. */
function estimateFewShot(options: FewShotOptions, size: SearchSize): SearchCost {
  const { candidatesPerStep, rollouts, trainRows, validationRows } = size;
  // Without rows outside the validation set there is nothing to show.
  if (trainRows === 0) return { rollouts: nothing, reflections: nothing };
  const wanted = Math.min(options.bootstrap_rows, trainRows);
  const bootstrap = Math.max(0, bootstrapSize(wanted, rollouts, validationRows));
  const steps = estimateSteps(size);
  const { least, most } = estimateHalving(
    candidatesPerStep,
    firstRaceRows(options, validationRows),
    validationRows,
  );
  return {
    rollouts: {
      // With few rows to show, sets repeat; as few as one of them is new.
      low: bootstrap + (steps.low * least) / candidatesPerStep,
      likely: bootstrap + (steps.likely * (least + most)) / 2,
      high: bootstrap + steps.high * most,
    },
    reflections: nothing,
    shownRows: estimateShownRows(options, size),
  };
}

export const fewShot = defineOptimizer({
  name: "few_shot",
  summary: "worked examples in the prompt: sets of train rows compete on validation rows; no reflection",
  options: fewShotOptions,
  estimate: estimateFewShot,
  create: (options) => ({ optimize: (task, lab) => searchDemonstrations(task, lab, options) }),
});

/**
 * Adds demonstrations to the prompt. Sets of train rows with right answers compete on the validation rows,
 * and the best set is refined (random search over sets after O. Khattab et al., arXiv 2310.03714).
 */
export async function searchDemonstrations(
  task: OptimizationTask,
  lab: Lab,
  options: FewShotOptions,
): Promise<SearchEnd> {
  const cards = await openCards(task, lab);
  if (cards.isPerfect(task.seed.id, task.validation)) return { stopped: "perfect", steps: 0 };
  const search = await openFewShotSearch(task, lab, cards, options);
  return runSteps(task, lab, {
    refuseUnpayable: () => refuseUnpayable(search),
    run: (step) => runStep(search, step),
    leader: () => search.leader.candidate,
    validation: ({ id }) => cards.mean(id, task.validation),
    isPerfect: ({ id }) => cards.isPerfect(id, task.validation),
  });
}

/** Races several sets against the leader. True if there is a new leader. */
async function runStep(search: FewShotSearch, step: number): Promise<boolean> {
  const { cards, lab, leader, options, spending, task } = search;
  const drafts = draftSets(search, step);
  const ends = await halvingRace({
    cards,
    spending,
    leader: leader.candidate,
    challengers: drafts.map(({ candidate }) => candidate),
    rows: mixedOrder(
      task.validation,
      (row) => cards.score(leader.candidate.id, row),
      lab.random.fork(`rows of step ${step}`),
    ),
    firstRows: firstRaceRows(options, task.validation.length),
    errorLevel: options.error_level,
  });
  const best = emitEnds(lab, step, cards, task.validation, leader.candidate, ends);
  const found = drafts.find(({ candidate }) => candidate === best);
  search.leader = found ?? leader;
  return found !== undefined;
}

function draftSets(search: FewShotSearch, step: number): readonly Shown[] {
  const { lab, places, task } = search;
  const lanes = task.limits.candidatesPerStep;
  return proposeSets(search, step, lanes).flatMap(({ by, parent, sets }): Shown[] => {
    const parents = [parent.candidate.id];
    const drafted = draftWithDemonstrations(task, lab, places, task.seed.texts, sets, parents);
    const { draft, texts } = drafted;
    if (!draft.accepted) {
      const reason = draft.problems.join("; ");
      lab.emit({ type: "candidate-rejected", step, parents, texts, reason, by });
      return [];
    }
    if (!draft.isNew) return [];
    const { candidate } = draft;
    lab.emit({
      type: "candidate-proposed",
      step,
      candidate: candidate.id,
      parents,
      texts: candidate.texts,
      by,
    });
    return [{ candidate, sets: drafted.sets }];
  });
}

function refuseUnpayable({ spending, task }: FewShotSearch): void {
  if (spending.rolloutsLeft >= task.validation.length) return;
  throw new BudgetError(
    `the remaining budget (about ${spending.rolloutsLeft} rollouts) does not cover the validation of another set`,
    "calls",
  );
}
