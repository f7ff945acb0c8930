import type { Example } from "../../../core/data/example.ts";
import type { Candidate } from "../../../core/prompt/candidate.ts";
import { firstRows } from "../budget-checks.ts";
import type { GepaSearch } from "../state.ts";

/** The order in which challengers of one defender run the validation rows. */
export interface RowOrder {
  readonly defender: Candidate;
  readonly rows: readonly Example[];
  /** Rows that every challenger runs before the first check. */
  readonly firstBlock: number;
}

/**
 * The row order of the leader, which has run on all rows. Its failures come first: a challenger can only win there,
 * and without wins it need not run the rest.
 */
export function openRowOrder(search: GepaSearch): RowOrder {
  const { cards, lab, leader, task } = search;
  const rows = lab.random.fork("racing order").shuffle(task.validation);
  const isFailure = (row: Example) => (cards.score(leader.id, row) ?? 1) < 1;
  return {
    defender: leader,
    rows: [...rows.filter(isFailure), ...rows.filter((row) => !isFailure(row))],
    firstBlock: firstRows(search),
  };
}
