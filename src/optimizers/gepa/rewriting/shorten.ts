import type { Candidate } from "../../../core/prompt/candidate.ts";
import { describeDifferences, differencesOn, totalDifference } from "../../search/differences.ts";
import { missingRows, spareRollouts } from "../budget-checks.ts";
import type { GepaSearch } from "../state.ts";
import { acceptAll, reject } from "../validation/decide.ts";
import { pruneEdits } from "./prune-edits.ts";

// One validation set to judge the sentences, one to compare the texts, and the rest to continue.
const validationsToShorten = 2.5;

/**
 * Prunes all edits of the leader since the seed, once per leader, and takes the shorter text if it scores at
 * least as well on the validation rows. True if it did.
 */
export async function shorten(search: GepaSearch, step: number): Promise<boolean> {
  const { cards, leader, options, provenance, shortened, task } = search;
  const [seed] = search.members;
  if (!options.prune || seed === undefined || leader === seed || shortened.has(leader.id)) return false;
  if (spareRollouts(search) < validationsToShorten * task.validation.length) return false;
  shortened.add(leader.id);
  const shorter = await pruneEdits(search, step, {
    base: seed,
    candidate: leader,
    rowsOf: ({ added }) => provenance.rowsOf(added),
    enoughMended: 0.5,
    // Many guarded rows, so that fewer of its own rows suffice to judge a sentence.
    guarded: task.train.filter((row) => cards.score(leader.id, row) === 1),
  });
  if (shorter === undefined || shorter === leader) return false;
  shortened.add(shorter.id);
  return isAsGood(search, step, shorter);
}

async function isAsGood(search: GepaSearch, step: number, shorter: Candidate): Promise<boolean> {
  const { cards, leader, task } = search;
  if (spareRollouts(search) < missingRows(search, shorter)) return false;
  await cards.measure(shorter, task.validation);
  const differences = differencesOn(cards, shorter, leader, task.validation);
  if (totalDifference(differences) >= -lossAllowed(search, shorter) * differences.length) {
    acceptAll(search, step, [shorter]);
    return true;
  }
  reject(search, step, shorter, `validation against ${leader.id}: ${describeDifferences(differences)}`);
  return false;
}

/** Mean score that the runner accepts losing for the saved tokens. */
function lossAllowed({ leader, task }: GepaSearch, shorter: Candidate): number {
  const { objectives } = task;
  if (objectives === undefined || objectives.quality <= 0) return 0;
  const saved = (leader.promptTokens - shorter.promptTokens) / 1000;
  const margin = objectives.select.kind === "cheapest_within" ? objectives.select.margin : 0;
  return Math.max(0, (objectives.promptTokens * saved) / objectives.quality + margin);
}
