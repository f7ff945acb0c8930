import type { Lab } from "../../contracts/optimizer.ts";
import type { Scorecards } from "./scorecards.ts";

/** The remaining budget, counted in rollouts. */
export interface Spending {
  /** Rollouts that the budget still covers; Infinity without a limit. Exact while no call is in progress. */
  readonly rolloutsLeft: number;
}

// A quotient of shares that should be a whole number may be slightly below it.
const hair = 1e-9;

/** Counts from now on, because the seed's cost does not predict the price of a rollout. */
export function createSpending(counted: CountedLab, cards: Scorecards): Spending {
  const { lab } = counted;
  const callsAtStart = lab.budget.callsLeft;
  const shareAtStart = lab.budget.spentShare;
  const rolloutsAtStart = cards.rollouts;
  const reflectionsAtStart = counted.reflections;
  const reflections = () => counted.reflections - reflectionsAtStart;
  const rollouts = () => cards.rollouts - rolloutsAtStart;
  /** With judge calls a rollout costs more than one call. */
  const callsPerRollout = (callsUsed: number): number =>
    rollouts() === 0 ? 1 : Math.max(1, (callsUsed - reflections()) / rollouts());
  return {
    get rolloutsLeft() {
      const { callsLeft, spentShare } = lab.budget;
      const byCalls = Math.floor(callsLeft / callsPerRollout(callsAtStart - callsLeft));
      const share = spentShare - shareAtStart;
      // Caps on money or tokens: what the rest buys at the prices paid so far.
      const byShare =
        share > 0 ? Math.floor(((rollouts() + reflections()) * (1 - spentShare)) / share + hair) : Infinity;
      return Number.isFinite(callsLeft) ? Math.min(byCalls, byShare) : byShare;
    },
  };
}

/** The same lab, with a count of its reflections and with its events sent elsewhere. */
interface CountedLab {
  readonly lab: Lab;
  readonly reflections: number;
}

export function countReflections(lab: Lab, emit: Lab["emit"] = (event) => lab.emit(event)): CountedLab {
  let reflections = 0;
  return {
    lab: {
      evaluate: (candidate, examples, options) => lab.evaluate(candidate, examples, options),
      reflect(request) {
        reflections++;
        return lab.reflect(request);
      },
      draft: (texts, parents) => lab.draft(texts, parents),
      emit,
      random: lab.random,
      budget: lab.budget,
      signal: lab.signal,
    },
    get reflections() {
      return reflections;
    },
  };
}
