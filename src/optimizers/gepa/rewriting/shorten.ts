import type { Candidate } from "../../../core/prompt/candidate.ts";
import { describeDifferences, differencesOn, totalDifference } from "../../search/differences.ts";
import { missingRows, spareRollouts } from "../budget-checks.ts";
import type { GepaSearch } from "../state.ts";
import { acceptAll, reject } from "../validation/decide.ts";
import { pruneEdits } from "./prune-edits.ts";

// One to judge the sentences, one to compare the texts, and a rest to go on with.
const validationsToShorten = 2.5;

/**
 * Prunes all that the leader has learnt since the seed, once per leader, and takes the shorter text when
 * it does at least as well on the validation rows. True when it did.
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
    // Many rows watch over it, so that sentences can be judged by fewer of their own.
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

/** Mean score that the runner would give up for the tokens saved. */
function lossAllowed({ leader, task }: GepaSearch, shorter: Candidate): number {
  const { objectives } = task;
  if (objectives === undefined || objectives.quality <= 0) return 0;
  const saved = (leader.promptTokens - shorter.promptTokens) / 1000;
  const margin = objectives.select.kind === "cheapest_within" ? objectives.select.margin : 0;
  return Math.max(0, (objectives.promptTokens * saved) / objectives.quality + margin);
}
