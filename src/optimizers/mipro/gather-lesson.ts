import type { Example } from "../../core/data/example.ts";
import type { Candidate } from "../../core/prompt/candidate.ts";
import type { Random } from "../../core/random.ts";
import type { MiproSearch } from "./state.ts";

export const mostBatches = 3;

/**
 * Runs a candidate on train rows in batches until it has as many failures as one proposal shows. `affordable`
 * limits the number of rows to the budget.
 */
export async function gatherLesson(
  search: MiproSearch,
  candidate: Candidate,
  batch: number,
  affordable: (wanted: number) => number,
  random: Random,
): Promise<void> {
  const { cards, options, task } = search;
  const order = byHope(search, random);
  for (let batches = 0; batches < mostBatches; batches++) {
    const failed = task.train.filter((row) => (cards.score(candidate.id, row) ?? 1) < 1).length;
    if (batches > 0 && failed >= options.examples) return;
    const rows = order.filter((row) => !cards.isMeasured(candidate.id, row)).slice(0, affordable(batch));
    if (rows.length === 0) return;
    await cards.measure(candidate, rows);
  }
}

/**
 * Rows that earlier candidates got wrong mostly come first, because failures are likeliest there. Randomness
 * keeps unsolvable rows from taking every place.
 */
function byHope({ cards, task, tried }: MiproSearch, random: Random): readonly Example[] {
  const candidates = [...new Set([...tried.values()].flatMap((one) => one?.candidate ?? []))];
  const hopeOf = (row: Example): number => {
    const scores = candidates.flatMap(({ id }) => cards.score(id, row) ?? []);
    const failed = scores.filter((score) => score < 1).length;
    return (failed + 1) / (scores.length + 2) + random.next() / 2;
  };
  return task.train
    .map((row) => ({ row, hope: hopeOf(row) }))
    .sort((one, other) => other.hope - one.hope)
    .map(({ row }) => row);
}
