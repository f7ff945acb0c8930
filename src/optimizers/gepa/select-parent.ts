import type { Candidate, CandidateId } from "../../core/prompt/candidate.ts";
import type { Random } from "../../core/random.ts";
import type { GepaSearch } from "./state.ts";

/** Draws the parent of a rewrite. */
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
  const shareOf = ({ id }: Candidate) => shares.get(id) ?? 0;
  return members.some((member) => shareOf(member) > 0) ? random.pickWeighted(members, shareOf) : leader;
}

/** Scores of one candidate by row; undefined for rows without a measurement or score. */
interface RowScoresOf {
  readonly id: CandidateId;
  readonly scores: readonly (number | undefined)[];
}

/**
 * Shares of the Pareto front. A row's best score is shared evenly by the candidates that reach it. A
 * candidate is dominated, and gets nothing, if another one matches it on every common row and beats it on
 * one. Rows with equal scores for all candidates count for no candidate.
 */
export function paretoShares(standings: readonly RowScoresOf[]): ReadonlyMap<CandidateId, number> {
  const front = standings.filter((one) => !standings.some((other) => other !== one && dominates(other, one)));
  const shares = new Map<CandidateId, number>(standings.map(({ id }) => [id, 0]));
  const rows = standings[0]?.scores.length ?? 0;
  for (let row = 0; row < rows; row++) {
    let [scored, winners, best] = [0, 0, -Infinity];
    for (const { scores } of front) {
      const value = scores[row];
      if (value === undefined) continue;
      scored++;
      if (value === best) winners++;
      if (value > best) [winners, best] = [1, value];
    }
    if (winners === scored) continue;
    for (const { id, scores } of front)
      if (scores[row] === best) shares.set(id, (shares.get(id) ?? 0) + 1 / winners);
  }
  return shares;
}

function dominates(one: RowScoresOf, other: RowScoresOf): boolean {
  let isBetter = false;
  // Indexed access, because this loop runs for every pair of members, row by row, for every drawn parent.
  for (let row = 0; row < other.scores.length; row++) {
    const theirs = other.scores[row];
    if (theirs === undefined) continue;
    const ours = one.scores[row];
    if (ours === undefined || ours < theirs) return false;
    if (ours > theirs) isBetter = true;
  }
  return isBetter;
}
