import type { Example } from "../../core/data/example.ts";
import type { Random } from "../../core/random.ts";

/** Rows in random order, failures and successes dealt out in proportion: any start is a fair sample. */
export function mixedOrder(
  rows: readonly Example[],
  scoreOf: (row: Example) => number | undefined,
  random: Random,
): readonly Example[] {
  const shuffled = random.shuffle(rows);
  const isRight = (row: Example) => scoreOf(row) === 1;
  const dealt = [shuffled.filter(isRight), shuffled.filter((row) => !isRight(row))].flatMap((list) =>
    list.map((row, at) => ({ row, place: (at + 0.5) / list.length })),
  );
  return dealt.sort((one, other) => one.place - other.place).map(({ row }) => row);
}
