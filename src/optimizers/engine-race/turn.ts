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

/** Gives a contender a turn, and tells when it fails in it. */
export async function takeTurn({ lab }: Race, contender: Contender, allowance: Allowance): Promise<void> {
  if (contender.end !== undefined) return;
  await contender.takeTurn(allowance);
  // As it could have ended in the turn.
  const { end } = contender as Contender;
  if (end?.kind !== "failed") return;
  const { error } = end;
  const { message, stack } = error instanceof Error ? error : { message: String(error) };
  lab.emit({
    type: "engine-note",
    message: `${contender.name} drops out: ${message}`,
    details: { stack: stack ?? String(message) },
  });
}
