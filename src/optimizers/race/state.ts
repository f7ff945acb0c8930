import type { BudgetView, Lab, OptimizationTask } from "../../contracts/optimizer.ts";
import type { Candidate } from "../../core/candidate.ts";
import type { Example } from "../../core/example.ts";
import { type Board, createBoard } from "./board.ts";
import { comparisonRows } from "./comparison-rows.ts";
import { type Contender, createContender, type Entrant } from "./contender.ts";
import { createGauge, type Gauge } from "./gauge.ts";
import type { RaceOptions } from "./options.ts";
import { createVoices, type Voices } from "./voices.ts";

/** All that a race knows. */
export interface Race {
  readonly task: OptimizationTask;
  readonly lab: Lab;
  readonly options: RaceOptions;
  readonly entrants: readonly Entrant[];
  readonly board: Board;
  readonly gauge: Gauge;
  readonly voices: Voices;
  /** Validation rows in the order of comparisons. */
  readonly rows: readonly Example[];
  /** Everyone who has begun, in order; an engine that begins anew is there twice. */
  readonly contenders: Contender[];
  /** Cleared when nobody but the one in turn has a claim on the budget. */
  isScouting: boolean;
}

/** Measures the seed on the whole validation set. */
export async function openRace(
  task: OptimizationTask,
  lab: Lab,
  options: RaceOptions,
  entrants: readonly Entrant[],
): Promise<Race> {
  const board = createBoard();
  await measureOn({ board, lab }, task.seed, task.validation);
  return {
    task,
    lab,
    options,
    entrants,
    board,
    gauge: createGauge(lab.budget),
    voices: createVoices(lab),
    rows: comparisonRows(
      task.validation,
      (row) => board.score(task.seed.id, row),
      lab.random.fork("comparison"),
    ),
    contenders: [],
    isScouting: false,
  };
}

export async function measureOn(
  { board, lab }: Pick<Race, "board" | "lab">,
  candidate: Candidate,
  rows: readonly Example[],
): Promise<void> {
  board.noteAsked(candidate.id, rows, 0);
  board.noteFound(candidate, await lab.evaluate(candidate, rows));
}

/** How an engine begins. */
export interface Beginning {
  readonly seed: Candidate;
  readonly train: readonly Example[];
  readonly maxSteps: number;
  /** Share of the race's budget that others may spend while it is held, 0 … 1. */
  readonly promised: number;
}

/** An engine at its place; it runs from its first turn on. */
export function begin(race: Race, place: number, beginning: Partial<Beginning> = {}): Contender {
  const { board, entrants, gauge, lab, task, voices } = race;
  const entrant = entrants[place] as Entrant;
  const { promised = 0, seed = task.seed, train = task.train } = beginning;
  const name = nameOf(entrants, place);
  const spentBefore = gauge.spent;
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
        board,
        // The first engine draws as it would alone.
        random: place === 0 && times === 0 ? lab.random : lab.random.fork(`engine ${place} ${name} ${times}`),
      },
      emit: (event) => voices.tell(name, event),
      spent: () => gauge.spent,
      view: (own) =>
        viewOf(race, () => Math.max(0, promised - Math.max(0, gauge.spent - spentBefore - own()))),
    },
  );
  race.contenders.push(contender);
  return contender;
}

/** What is left of the budget, less what is promised to others: so it does not fall when they spend that. */
function viewOf(race: Race, stillPromised: () => number): BudgetView {
  const { gauge, lab } = race;
  const kept = (): number => (race.isScouting ? stillPromised() : 0);
  return {
    get callsLeft() {
      const { callsLeft } = lab.budget;
      return Number.isFinite(callsLeft) ? callsLeft - Math.round(kept() * gauge.callsAtStart) : callsLeft;
    },
    get spentShare() {
      return Math.min(1, lab.budget.spentShare + kept() * gauge.shareAtStart);
    },
  };
}

/** An engine that races twice, with other options, is told apart by number. */
function nameOf(entrants: readonly Entrant[], place: number): string {
  const { name } = entrants[place] as Entrant;
  const before = entrants.slice(0, place).filter((other) => other.name === name).length;
  return before === 0 ? name : `${name} ${before + 1}`;
}

/** Is any candidate right on every validation row? */
export function isPerfect({ board, task }: Race): boolean {
  return board.candidates.some(({ id }) => board.isPerfect(id, task.validation));
}

/** The best candidate measured on all validation rows; the earlier one on ties. */
export function bestOf({ board, task }: Race): Candidate {
  const { validation } = task;
  const measured = board.candidates.filter(({ id }) => board.mean(id, validation) !== undefined);
  return measured.reduce(
    (best, one) => (board.lead(one.id, best.id, validation) > 0 ? one : best),
    task.seed,
  );
}
