import type { BudgetView, Lab, OptimizationTask } from "../../contracts/optimizer.ts";
import type { Example } from "../../core/data/example.ts";
import type { Candidate } from "../../core/prompt/candidate.ts";
import type { Random } from "../../core/random.ts";
import { type Contender, createContender, type Entrant } from "./contender.ts";
import { type MergedEvents, mergeEvents } from "./merge-events.ts";
import type { RaceOptions } from "./options.ts";
import { createSharedMeasurements, type SharedMeasurements } from "./shared-measurements.ts";

/** The state of a race. */
export interface Race {
  readonly task: OptimizationTask;
  readonly lab: Lab;
  readonly options: RaceOptions;
  readonly entrants: readonly Entrant[];
  readonly measurements: SharedMeasurements;
  readonly spending: SpentShare;
  readonly mergedEvents: MergedEvents;
  /** Validation rows in comparison order. */
  readonly rows: readonly Example[];
  /** All contenders in the order they began; an engine that restarts is listed twice. */
  readonly contenders: Contender[];
  /** False once only the current engine may spend. */
  isProbing: boolean;
}

/** Measures the seed on all validation rows. */
export async function openRace(
  task: OptimizationTask,
  lab: Lab,
  options: RaceOptions,
  entrants: readonly Entrant[],
): Promise<Race> {
  const measurements = createSharedMeasurements();
  await measureOn({ measurements, lab }, task.seed, task.validation);
  return {
    task,
    lab,
    options,
    entrants,
    measurements,
    spending: openSpentShare(lab.budget),
    mergedEvents: mergeEvents(lab),
    rows: comparisonRows(
      task.validation,
      (row) => measurements.score(task.seed.id, row),
      lab.random.fork("comparison"),
    ),
    contenders: [],
    isProbing: false,
  };
}

export async function measureOn(
  { measurements, lab }: Pick<Race, "measurements" | "lab">,
  candidate: Candidate,
  rows: readonly Example[],
): Promise<void> {
  measurements.noteAsked(candidate.id, rows, 0);
  measurements.noteFound(candidate, await lab.evaluate(candidate, rows));
}

/** How an engine starts. */
interface Beginning {
  readonly seed: Candidate;
  readonly train: readonly Example[];
  readonly maxSteps: number;
  /** Share of the race's budget reserved for others while this engine is paused, 0 … 1. */
  readonly promised: number;
}

/** Adds the engine at a place; it starts running in its first turn. */
export function begin(race: Race, place: number, beginning: Partial<Beginning> = {}): Contender {
  const { measurements, entrants, spending, lab, task, mergedEvents } = race;
  const entrant = entrants[place] as Entrant;
  const { promised = 0, seed = task.seed, train = task.train } = beginning;
  const name = nameOf(entrants, place);
  const spentBefore = spending.spent;
  const times = race.contenders.filter((contender) => contender.place === place).length;
  const contender = createContender(
    { ...entrant, name },
    {
      place,
      task: {
        ...task,
        seed,
        train,
        limits: { ...task.limits, maxSteps: beginning.maxSteps ?? task.limits.maxSteps },
      },
      lab: {
        lab,
        measurements,
        // The first engine draws the same random numbers as it would outside a race.
        random: place === 0 && times === 0 ? lab.random : lab.random.fork(`engine ${place} ${name} ${times}`),
      },
      emit: (event) => mergedEvents.report(name, event),
      spent: () => spending.spent,
      view: (own) =>
        viewOf(race, () => Math.max(0, promised - Math.max(0, spending.spent - spentBefore - own()))),
    },
  );
  race.contenders.push(contender);
  return contender;
}

/**
 * The remaining budget minus what is reserved for others, so that it does not shrink when they spend their
 * share.
 */
function viewOf(race: Race, stillPromised: () => number): BudgetView {
  const { spending, lab } = race;
  const kept = (): number => (race.isProbing ? stillPromised() : 0);
  return {
    get callsLeft() {
      const { callsLeft } = lab.budget;
      return Number.isFinite(callsLeft) ? callsLeft - Math.round(kept() * spending.callsAtStart) : callsLeft;
    },
    get spentShare() {
      return Math.min(1, lab.budget.spentShare + kept() * spending.shareAtStart);
    },
  };
}

/** Engines listed twice with different options are numbered. */
function nameOf(entrants: readonly Entrant[], place: number): string {
  const { name } = entrants[place] as Entrant;
  const before = entrants.slice(0, place).filter((other) => other.name === name).length;
  return before === 0 ? name : `${name} ${before + 1}`;
}

/** True if any candidate is right on every validation row. */
export function isPerfect({ measurements, task }: Race): boolean {
  return measurements.candidates.some(({ id }) => measurements.isPerfect(id, task.validation));
}

/** The best candidate measured on all validation rows; the earlier one on ties. */
export function bestOf({ measurements, task }: Race): Candidate {
  const { validation } = task;
  const measured = measurements.candidates.filter(
    ({ id }) => measurements.mean(id, validation) !== undefined,
  );
  return measured.reduce(
    (best, one) => (measurements.lead(one.id, best.id, validation) > 0 ? one : best),
    task.seed,
  );
}

/**
 * Validation rows in the order used to compare engines. The seed's failures and successes are interleaved in
 * proportion, so that any prefix is a representative sample.
 */
export function comparisonRows(
  validation: readonly Example[],
  seedScore: (row: Example) => number | undefined,
  random: Random,
): readonly Example[] {
  const rows = random.shuffle(validation);
  const isRight = (row: Example): boolean => (seedScore(row) ?? 0) >= 1;
  const places = [rows.filter(isRight), rows.filter((row) => !isRight(row))].flatMap((part) =>
    part.map((row, at) => ({ row, at: (at + 0.5) / part.length })),
  );
  return places.sort((one, other) => one.at - other.at).map(({ row }) => row);
}

/**
 * Spending since creation, as a share (0 … 1) of the budget left at that time. Always 0 without a budget.
 */
interface SpentShare {
  readonly spent: number;
  /** Calls left at creation; Infinity without a cap on calls. */
  readonly callsAtStart: number;
  /** Share of the whole budget left at creation. */
  readonly shareAtStart: number;
  /** False if only the number of steps bounds the search. */
  readonly isBounded: boolean;
}

function openSpentShare(budget: BudgetView): SpentShare {
  const callsAtStart = budget.callsLeft;
  const shareAtStart = 1 - budget.spentShare;
  const hasCalls = Number.isFinite(callsAtStart);
  return {
    callsAtStart,
    shareAtStart,
    get isBounded() {
      return hasCalls || budget.spentShare > 0;
    },
    get spent() {
      const byCalls = hasCalls && callsAtStart > 0 ? 1 - budget.callsLeft / callsAtStart : 0;
      const byShare = shareAtStart > 0 ? 1 - (1 - budget.spentShare) / shareAtStart : 1;
      return Math.max(byCalls, byShare);
    },
  };
}
