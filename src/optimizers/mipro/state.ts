import type { Lab, OptimizationTask } from "../../contracts/optimizer.ts";
import type { Candidate, CandidateId } from "../../core/prompt/candidate.ts";
import {
  type Demonstration,
  type DemonstrationPlace,
  demonstrationPlaces,
} from "../demonstrations/demonstration.ts";
import type { Resemblance } from "../demonstrations/resemblance.ts";
import { createReflectionFailureCount, type ReflectionFailureCount } from "../search/reflection-failures.ts";
import type { Scorecards } from "../search/scorecards.ts";
import { countReflections, createSpending, type Spending } from "../search/spending.ts";
import { type Combination, createChoices, type Variable } from "./choices.ts";
import type { MiproOptions } from "./options.ts";

/** A drafted combination. */
export interface TriedCombination {
  readonly combination: Combination;
  readonly candidate: Candidate;
}

export interface MiproSearch {
  readonly task: OptimizationTask;
  readonly lab: Lab;
  readonly options: MiproOptions;
  readonly cards: Scorecards;
  readonly spending: Spending;
  readonly failures: ReflectionFailureCount;
  readonly places: readonly DemonstrationPlace[];
  readonly choices: ReturnType<typeof createChoices>;
  /** The instructions of all texts, then the demonstrations of all places. */
  readonly variables: readonly Variable[];
  /** Keyed by combination; undefined for those that break the contract. */
  readonly tried: Map<string, TriedCombination | undefined>;
  /** Ids of candidates whose comparison with a leader is complete. */
  readonly judged: Set<CandidateId>;
  /** The combination to beat; measured on all validation rows. */
  leader: TriedCombination;
  /** Rows that may be shown, and their resemblance to other rows; empty until collected. */
  pool: readonly Demonstration[];
  resemblance: Resemblance | undefined;
}

export function openMiproSearch(
  task: OptimizationTask,
  given: Lab,
  cards: Scorecards,
  options: MiproOptions,
): MiproSearch {
  const counted = countReflections(given);
  const choices = createChoices();
  const places = options.max_demonstrations === 0 ? [] : demonstrationPlaces(task);
  const variables: readonly Variable[] = [
    ...Object.entries(task.seed.texts).map(([text, value]) => ({
      text,
      choices: [choices.instruction(value)],
    })),
    ...places.map(({ text }) => ({ text, choices: [choices.demonstrations([])] })),
  ];
  const combination = variables.flatMap((variable) => variable.choices.slice(0, 1));
  const leader = { combination, candidate: task.seed };
  return {
    task,
    lab: counted.lab,
    options,
    cards,
    spending: createSpending(counted, cards),
    failures: createReflectionFailureCount(),
    places,
    choices,
    variables,
    tried: new Map([[combination.map(({ id }) => id).join(" "), leader]]),
    judged: new Set([task.seed.id]),
    leader,
    pool: [],
    resemblance: undefined,
  };
}
