import type { Example } from "../../core/data/example.ts";
import type { Random } from "../../core/random.ts";

/**
 * Validation rows in the order engines are compared on them: the failures and successes of the seed
 * dealt out in proportion, so that any start of the order is a fair sample of all.
 */
export function comparisonRows(
  validation: readonly Example[],
  seedScore: (row: Example) => number | undefined,
  random: Random,
): readonly Example[] {
  const rows = random.shuffle(validation);
  const isRight = (row: Example): boolean => (seedScore(row) ?? 0) >= 1;
  const places = [rows.filter(isRight), rows.filter((row) => !isRight(row))].flatMap((part) =>
    part.map((row, at) => ({ row, at: (at + 0.5) / part.length })),
  );
  return places.sort((one, other) => one.at - other.at).map(({ row }) => row);
}
