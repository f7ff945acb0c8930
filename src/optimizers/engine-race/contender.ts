import type {
  BudgetView,
  EngineStop,
  Lab,
  OptimizationTask,
  Optimizer,
  SearchEnd,
} from "../../contracts/optimizer.ts";
import { BudgetError, OptimizationError } from "../../core/errors.ts";
import type { Candidate } from "../../core/prompt/candidate.ts";
import { type Allowance, createTurnLab, type TurnLab } from "./turn-lab.ts";

/** An engine of the race, before it runs. */
export interface Entrant {
  readonly name: string;
  open(): Promise<Optimizer>;
}

/** How a contender's search ended. */
export type ContenderEnd =
  | { readonly kind: "stopped"; readonly end: SearchEnd }
  | { readonly kind: "budget"; readonly error: BudgetError }
  | { readonly kind: "failed"; readonly error: unknown };

/** An engine that runs in turns and is paused between them. */
export interface Contender {
  readonly name: string;
  /** The candidate it starts from. */
  readonly start: Candidate;
  /** The rows it learns from. */
  readonly train: OptimizationTask["train"];
  /** Its place among the engines. */
  readonly place: number;
  /** Share of the race's budget spent so far. */
  readonly spent: number;
  /** Number of steps begun. */
  readonly steps: number;
  readonly held: TurnLab["held"];
  readonly drafts: TurnLab["drafts"];
  readonly end: ContenderEnd | undefined;
  /** Runs until the search ends or all its requests are held. Rejects with errors that end the run. */
  takeTurn(allowance: Allowance): Promise<void>;
  /** Ends its turns and rejects its pending requests. */
  drop(): void;
}

interface ContenderParts {
  readonly place: number;
  readonly task: OptimizationTask;
  readonly lab: Omit<Parameters<typeof createTurnLab>[0], "emit" | "budget" | "start">;
  /** The budget as this contender may see it, given its own spending. */
  readonly view: (spent: () => number) => BudgetView;
  readonly emit: Lab["emit"];
  /** Total spending of all contenders so far. */
  readonly spent: () => number;
}

export function createContender({ name, open }: Entrant, parts: ContenderParts): Contender {
  const { task, place } = parts;
  const { signal } = parts.lab.lab;
  let steps = 0;
  let earlier = 0;
  let turnStart: number | undefined;
  let end: ContenderEnd | undefined;
  let hasBegun = false;
  const spent = (): number => earlier + (turnStart === undefined ? 0 : parts.spent() - turnStart);
  const turnLab = createTurnLab({
    ...parts.lab,
    start: task.seed,
    budget: parts.view(spent),
    emit(event) {
      if (event.type === "step-started") steps++;
      parts.emit(event);
    },
  });

  const run = async (): Promise<void> => {
    try {
      const optimizer = await open();
      end = { kind: "stopped", end: checkEnd(name, await optimizer.optimize(task, turnLab.lab)) };
    } catch (error) {
      end = error instanceof BudgetError ? { kind: "budget", error } : { kind: "failed", error };
    }
    turnLab.close();
  };

  return {
    name,
    place,
    start: task.seed,
    train: task.train,
    get spent() {
      return spent();
    },
    get steps() {
      return steps;
    },
    get held() {
      return turnLab.held;
    },
    get drafts() {
      return turnLab.drafts;
    },
    get end() {
      return end;
    },
    async takeTurn(allowance) {
      turnStart = parts.spent();
      const turn = turnLab.takeTurn(allowance);
      if (!hasBegun) void run();
      hasBegun = true;
      await turn;
      earlier = spent();
      turnStart = undefined;
      signal.throwIfAborted();
      if (turnLab.fatal !== undefined) throw turnLab.fatal.error;
    },
    drop() {
      turnLab.refuse(new BudgetError(`engine ${name} gets no more of the budget`, "calls"));
    },
  };
}

const stops: readonly EngineStop[] = ["max_steps", "perfect", "no_progress"];

/** User-defined engines may return anything. */
function checkEnd(name: string, end: SearchEnd): SearchEnd {
  if (stops.includes(end?.stopped) && Number.isSafeInteger(end.steps)) return end;
  throw new OptimizationError(`optimizer ${name} ended with ${JSON.stringify(end)}`);
}
