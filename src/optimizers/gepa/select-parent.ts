import type { Candidate } from "../../core/prompt/candidate.ts";
import type { Random } from "../../core/random.ts";
import { paretoShares } from "./pareto.ts";
import type { GepaSearch } from "./state.ts";

// The best candidate's least share of the draws: however the front is split, it is never starved.
const leastShareOfBest = 2 / 3;

/** Draws the candidate that a rewrite starts from. */
export function selectParent(search: GepaSearch, random: Random): Candidate {
  const { members, leader, options } = search;
  switch (options.selection) {
    case "current_best":
      return leader;
    case "epsilon_greedy":
      return random.next() < options.epsilon ? random.pick(members) : leader;
    case "pareto":
      return drawFromFront(search, random);
  }
}

function drawFromFront({ cards, leader, members, task }: GepaSearch, random: Random): Candidate {
  const standings = members.map(({ id }) => ({
    id,
    scores: task.validation.map((row) => cards.score(id, row)),
  }));
  const shares = paretoShares(standings);
  const others = members.filter((member) => member !== leader);
  const shareOf = ({ id }: Candidate) => shares.get(id) ?? 0;
  const sumOfOthers = others.reduce((sum, member) => sum + shareOf(member), 0);
  const least = (sumOfOthers * leastShareOfBest) / (1 - leastShareOfBest);
  if (sumOfOthers === 0) return leader;
  return random.pickWeighted(members, (member) =>
    member === leader ? Math.max(shareOf(leader), least) : shareOf(member),
  );
}
