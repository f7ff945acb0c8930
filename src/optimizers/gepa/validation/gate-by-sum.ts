import type { Example } from "../../../core/data/example.ts";
import type { Candidate } from "../../../core/prompt/candidate.ts";
import { describeDifferences, differencesOn, totalDifference } from "../../search/differences.ts";
import { settleAll } from "../../search/settle-all.ts";
import { foldRewrites } from "../rewriting/fold.ts";
import type { Rewrite } from "../rewriting/rewrite.ts";
import type { GepaSearch } from "../state.ts";
import { acceptAll, reject } from "./decide.ts";

/**
 * The acceptance rule of the reference implementation, kept for comparison: a rewrite with a higher sum than
 * its parent on the minibatch it was learned from is validated in full and always accepted.
 */
export async function gateBySum(
  search: GepaSearch,
  step: number,
  rewrites: readonly Rewrite[],
): Promise<boolean> {
  const { leader, task, options } = search;
  const passed = await settleAll(
    rewrites.map(async (rewrite) => {
      const [parent = leader] = rewrite.parents;
      const isPassed = await isBetterOn(search, rewrite.candidate, parent, rewrite.minibatch);
      if (isPassed) await search.cards.measure(rewrite.candidate, task.validation);
      return isPassed;
    }),
  );
  const accepted = rewrites.filter((_, at) => passed[at] === true);
  for (const { candidate, parents, minibatch } of rewrites.filter((rewrite) => !accepted.includes(rewrite))) {
    const [parent = leader] = parents;
    const record = describeDifferences(differencesOn(search.cards, candidate, parent, minibatch));
    reject(search, step, candidate, `minibatch against ${parent.id}: ${record}`, { parent });
  }
  const fold = options.merge === "fold" ? await foldRewrites(search, step, accepted) : undefined;
  const isFoldBetter =
    fold !== undefined && (await isBetterOn(search, fold.candidate, leader, task.validation));
  if (fold !== undefined && !isFoldBetter) reject(search, step, fold.candidate, "the fold is no better");
  const taken = [...accepted, ...(fold !== undefined && isFoldBetter ? [fold] : [])];
  acceptAll(
    search,
    step,
    taken.map(({ candidate }) => candidate),
  );
  return taken.length > 0;
}

async function isBetterOn(
  { cards, options }: GepaSearch,
  challenger: Candidate,
  defender: Candidate,
  rows: readonly Example[],
): Promise<boolean> {
  await settleAll([cards.measure(challenger, rows), cards.measure(defender, rows)]);
  const sum = totalDifference(differencesOn(cards, challenger, defender, rows));
  return options.acceptance === "improvement_or_equal" ? sum >= 0 : sum > 0;
}
