import { createRandom } from "../../../src/core/random.ts";

/** A row of a suite: what the prompt is given, and the right answer. */
export interface SuiteRow {
  readonly inputs: Readonly<Record<string, string>>;
  readonly expected: string;
}

/** The rows of one search, and the rows that only the benchmark sees. */
export interface RowParts {
  readonly train: readonly SuiteRow[];
  readonly validation: readonly SuiteRow[];
  readonly test: readonly SuiteRow[];
  readonly unseen: readonly SuiteRow[];
}

/** How many rows each part has. */
export type PartSizes = Readonly<Record<keyof RowParts, number>>;

/**
 * Draws disjoint parts without equal inputs. The unseen rows depend only on suite and size, so that all searches are measured on the
 * same ones; the other parts also depend on the seed. Labels are balanced if `groupOf` names them. Throws if
 * there are too few rows.
 */
export function drawParts(
  rows: readonly SuiteRow[],
  groupOf: ((row: SuiteRow) => string) | undefined,
  sizes: PartSizes,
  seed: number,
): RowParts {
  const group = groupOf ?? (() => "all");
  const distinct = [...new Map(rows.map((row) => [JSON.stringify(row.inputs), row])).values()];
  const fixed = createPile(createRandom("unseen").shuffle(distinct), group);
  const unseen = fixed.take(sizes.unseen);
  const pile = createPile(createRandom(`rows ${seed}`).shuffle(fixed.rest()), group);
  const [train, validation, test] = [
    pile.take(sizes.train),
    pile.take(sizes.validation),
    pile.take(sizes.test),
  ];
  return { train, validation, test, unseen };
}

/** Shuffled rows by group; each take draws from the groups in turn, the fullest first. */
function createPile(rows: readonly SuiteRow[], groupOf: (row: SuiteRow) => string) {
  const groups = new Map<string, SuiteRow[]>();
  for (const row of rows) {
    const known = groups.get(groupOf(row));
    if (known === undefined) groups.set(groupOf(row), [row]);
    else known.push(row);
  }
  const left = () => [...groups.values()].filter((group) => group.length > 0);
  return {
    take(count: number): readonly SuiteRow[] {
      const taken: SuiteRow[] = [];
      while (taken.length < count) {
        const turn = left().sort((one, other) => other.length - one.length);
        if (turn.length === 0)
          throw new Error(`the suite has too few rows: ${count - taken.length} are missing`);
        for (const group of turn.slice(0, count - taken.length)) taken.push(group.pop() as SuiteRow);
      }
      return createRandom(`order ${count}`).shuffle(taken);
    },
    rest: (): readonly SuiteRow[] => [...groups.values()].flat(),
  };
}
