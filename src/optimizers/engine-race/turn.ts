import type { Contender } from "./contender.ts";
import type { Race } from "./state.ts";
import type { Allowance } from "./turn-lab.ts";

/** Allows everything; the lab itself rejects requests over budget. */
export const all: Allowance = () => true;

/** Allows requests until the contender has spent a share of the race's budget or begun this many steps. */
export function upTo({ spending }: Race, contender: Contender, share: number, steps: number): Allowance {
  return ({ calls }) => {
    if (!spending.isBounded) return contender.steps <= steps;
    const price = spending.callsAtStart > 0 ? calls / spending.callsAtStart : 1;
    return contender.spent + price <= share;
  };
}

/** Same as the inner allowance, but only until the contender first asks to measure its own candidate. */
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

/** Gives a contender a turn and reports its failure, if any. */
export async function takeTurn({ lab }: Race, contender: Contender, allowance: Allowance): Promise<void> {
  if (contender.end !== undefined) return;
  await contender.takeTurn(allowance);
  // The turn may have set it; the type does not show that.
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
