import { nearestSet, randomSet, spreadSet } from "../demonstrations/choose-set.ts";
import type { Demonstration } from "../demonstrations/demonstration.ts";
import { demonstrationsOf, rowsToShow } from "../demonstrations/gather-demonstrations.ts";
import { createResemblance } from "../demonstrations/resemblance.ts";
import type { MiproSearch, TriedCombination } from "./state.ts";

/** Collects the demonstrations and adds the first sets to the choices. */
export function proposeFirstSets(search: MiproSearch): void {
  const { cards, lab, options, places, task, variables } = search;
  const rows = rowsToShow(task, lab.random.fork("rows to show"));
  search.pool = demonstrationsOf(rows, (row) => cards.outcome(task.seed.id, row), places, options);
  if (search.pool.length === 0) {
    const isWanted = places.length > 0;
    if (isWanted)
      lab.emit({
        type: "engine-note",
        message: "no train rows can be shown: searching instructions only",
      });
    return;
  }
  search.resemblance = createResemblance(search.pool, task.validation);
  for (const { text, choices } of variables) {
    const [none] = choices;
    if (none?.kind !== "demonstrations") continue;
    for (let at = 0; at < options.demonstration_sets; at++)
      choices.push(search.choices.demonstrations(firstSet(search, text, at), none));
  }
}

function firstSet(search: MiproSearch, text: string, at: number): readonly Demonstration[] {
  const { lab, options, pool, resemblance } = search;
  const random = lab.random.fork(`set ${at} for ${text}`);
  const count = options.max_demonstrations;
  if (resemblance === undefined) return [];
  switch (at) {
    case 0:
      return nearestSet(pool, count, wrongRows(search, search.leader), resemblance, random);
    case 1:
      return spreadSet(pool, count, resemblance, random);
    case 2:
      return randomSet(pool, count, random, ({ isHard }) => isHard);
    default:
      return randomSet(pool, Math.ceil(count / (at % 2 === 0 ? 1 : 2)), random);
  }
}

/**
 * Adds one set for each place: the leader's set, with its least needed demonstrations replaced by some near
 * its failures.
 */
export function proposeFurtherSets(search: MiproSearch, step: number): void {
  const { leader, lab, options, pool, resemblance, task, variables } = search;
  if (resemblance === undefined) return;
  const wrong = wrongRows(search, leader);
  const right = task.validation.filter((row) => !wrong.includes(row));
  for (const [place, { text, choices }] of variables.entries()) {
    const present = leader.combination[place];
    if (present?.kind !== "demonstrations") continue;
    const random = lab.random.fork(`set of step ${step} for ${text}`);
    const added = Math.max(1, Math.round(options.max_demonstrations / 4));
    const kept = nearestSet(present.value, options.max_demonstrations - added, right, resemblance, random);
    const rest = pool.filter(({ row }) => !kept.some((one) => one.row === row));
    const others = nearestSet(rest, options.max_demonstrations - kept.length, wrong, resemblance, random);
    choices.push(search.choices.demonstrations([...kept, ...others], present));
  }
}

function wrongRows({ cards, task }: MiproSearch, { candidate }: TriedCombination) {
  return task.validation.filter((row) => cards.score(candidate.id, row) !== 1);
}
