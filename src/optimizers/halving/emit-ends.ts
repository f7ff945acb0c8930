import type { Lab } from "../../contracts/optimizer.ts";
import type { Example } from "../../core/data/example.ts";
import type { Candidate } from "../../core/prompt/candidate.ts";
import type { Scorecards } from "../search/scorecards.ts";
import type { HalvingEnd } from "./halving-race.ts";

const reasons = {
  not_better: "no better than",
  overtaken: "others of this step did better on the same rows than it did against",
  unaffordable: "the budget does not pay for comparing it on all rows with",
};

/** Tells what came of a race, and gives the best of those that won. */
export function emitEnds(
  lab: Lab,
  step: number,
  cards: Scorecards,
  validation: readonly Example[],
  leader: Candidate,
  ends: readonly HalvingEnd[],
): Candidate | undefined {
  let best: Candidate | undefined;
  for (const { challenger, end, rows } of ends) {
    const { id, parents, texts } = challenger;
    if (end === "better") {
      const mean = cards.mean(id, validation);
      lab.emit({ type: "candidate-accepted", step, candidate: id, validation: mean });
      if (best === undefined || cards.lead(id, best.id, validation) > 0) best = challenger;
    } else {
      const reason = `${reasons[end]} ${leader.id}, after ${rows} of ${validation.length} validation rows`;
      lab.emit({ type: "candidate-rejected", step, candidate: id, parents, texts, reason });
    }
  }
  return best;
}
