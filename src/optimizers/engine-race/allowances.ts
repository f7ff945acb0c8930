import type { Contender } from "./contender.ts";
import type { Race } from "./state.ts";
import type { Allowance } from "./turn-lab.ts";

/** Everything: what is not to be had the lab refuses. */
export const all: Allowance = () => true;

/** As far as the contender has spent no more than a share of the race's budget, and begun so many steps. */
export function upTo({ spending }: Race, contender: Contender, share: number, steps: number): Allowance {
  return ({ calls }) => {
    if (!spending.isBounded) return contender.steps <= steps;
    const price = spending.callsAtStart > 0 ? calls / spending.callsAtStart : 1;
    return contender.spent + price <= share;
  };
}

/** The same, but only until it wants to have a candidate of its own measured. */
export function untilFirstCandidate(
  race: Race,
  contender: Contender,
  share: number,
  steps: number,
): Allowance {
  const isPaid = upTo(race, contender, share, steps);
  return (request) =>
    (request.candidate === undefined || request.candidate.id === contender.start.id) && isPaid(request);
}
