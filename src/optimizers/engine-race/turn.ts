import type { Contender } from "./contender.ts";
import type { Race } from "./state.ts";
import type { Allowance } from "./turn-lab.ts";

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
