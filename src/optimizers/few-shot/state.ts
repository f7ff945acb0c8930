import type { Lab, OptimizationTask } from "../../contracts/optimizer.ts";
import { OptimizationError } from "../../core/errors.ts";
import type { Candidate } from "../../core/prompt/candidate.ts";
import {
  type Demonstration,
  type DemonstrationPlace,
  type DemonstrationSets,
  demonstrationPlaces,
} from "../demonstrations/demonstration.ts";
import { bootstrapSize } from "../demonstrations/demonstration-options.ts";
import { demonstrationsOf, rowsToShow } from "../demonstrations/gather-demonstrations.ts";
import { createResemblance, type Resemblance } from "../demonstrations/resemblance.ts";
import { createScorecards, type Scorecards } from "../search/scorecards.ts";
import { countReflections, createSpending, type Spending } from "../search/spending.ts";
import type { FewShotOptions } from "./options.ts";

/** A candidate and its demonstrations. */
export interface Shown {
  readonly candidate: Candidate;
  readonly sets: DemonstrationSets;
}

export interface FewShotSearch {
  readonly task: OptimizationTask;
  readonly lab: Lab;
  readonly options: FewShotOptions;
  readonly cards: Scorecards;
  readonly spending: Spending;
  readonly places: readonly DemonstrationPlace[];
  /** Rows that may be shown. */
  readonly pool: readonly Demonstration[];
  readonly resemblance: Resemblance;
  /** The candidate to beat; measured on all validation rows. */
  leader: Shown;
}

/** Measures the seed on the validation rows. */
export async function openCards(task: OptimizationTask, lab: Lab): Promise<Scorecards> {
  const cards = createScorecards(lab);
  await cards.measure(task.seed, task.validation);
  return cards;
}

/** Runs the prompt on train rows and collects the demonstrations. */
export async function openFewShotSearch(
  task: OptimizationTask,
  given: Lab,
  cards: Scorecards,
  options: FewShotOptions,
): Promise<FewShotSearch> {
  const counted = countReflections(given);
  const spending = createSpending(counted, cards);
  const places = demonstrationPlaces(task);
  const rows = rowsToShow(task, given.random.fork("rows to show"));
  const tried = bootstrapSize(options.bootstrap_rows, spending.rolloutsLeft, task.validation.length);
  await cards.measure(task.seed, rows.slice(0, tried));
  const pool = demonstrationsOf(rows, (row) => cards.outcome(task.seed.id, row), places, options);
  if (pool.length === 0)
    throw new OptimizationError("the engine few_shot found no train rows to show", {
      hint: "it needs train rows that are not validation rows, with an expected or a right answer, short enough (`max_field_characters`) and without template braces",
    });
  return {
    task,
    lab: counted.lab,
    options,
    cards,
    spending,
    places,
    pool,
    resemblance: createResemblance(pool, task.validation),
    leader: { candidate: task.seed, sets: {} },
  };
}
