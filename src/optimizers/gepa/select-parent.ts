import type { Candidate, CandidateId } from "../../core/prompt/candidate.ts";
import type { Random } from "../../core/random.ts";
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

/** Scores of one candidate, row by row; undefined where it was not measured or has no score. */
interface RowScoresOf {
  readonly id: CandidateId;
  readonly scores: readonly (number | undefined)[];
}

/**
 * Shares of the Pareto front: a row's best score is shared evenly by those who reach it. A candidate
 * that another one matches on every common row and beats on one is dominated and gets nothing. Rows on
 * which all are alike tell nobody apart and give nothing, so that a row nobody solves speaks for no one.
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
  // By index: every pair of members comes by here, row by row, for every parent that is drawn.
  for (let row = 0; row < other.scores.length; row++) {
    const theirs = other.scores[row];
    if (theirs === undefined) continue;
    const ours = one.scores[row];
    if (ours === undefined || ours < theirs) return false;
    if (ours > theirs) isBetter = true;
  }
  return isBetter;
}
