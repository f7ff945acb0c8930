import type { DatasetPart } from "./example.ts";

type Part = DatasetPart | "unused";

export const partNames: readonly Part[] = ["train", "validation", "test", "unused"];

/**
 * Rows for each part, adding up to `rows` (largest remainders), none empty that has a share as long as
 * there are rows enough. `unused` gets what the shares leave.
 */
export function shareCounts(
  rows: number,
  shares: Readonly<Record<DatasetPart, number>>,
): Readonly<Record<Part, number>> {
  const sum = shares.train + shares.validation + shares.test;
  // 0.4 + 0.3 + 0.3 is not quite 1 in binary; a thousandth of a millionth is no share.
  const unused = 1 - sum > 1e-9 ? 1 - sum : 0;
  const exact = partNames.map((name) => ({
    name,
    exact: rows * (name === "unused" ? unused : shares[name]),
  }));
  const counts = new Map(exact.map(({ name, exact }) => [name, Math.floor(exact + 1e-9)]));
  const left = Math.max(0, rows - [...counts.values()].reduce((total, count) => total + count, 0));
  const byRemainder = exact
    .filter((part) => part.exact > 0)
    .sort((one, other) => remainder(other.exact) - remainder(one.exact));
  for (const { name } of byRemainder.slice(0, left)) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const { name } of byRemainder) {
    if (name !== "unused" && counts.get(name) === 0) takeOne(counts, name);
  }
  const count = (name: Part) => counts.get(name) ?? 0;
  return {
    train: count("train"),
    validation: count("validation"),
    test: count("test"),
    unused: count("unused"),
  };
}

function remainder(value: number): number {
  return value - Math.floor(value + 1e-9);
}

function takeOne(counts: Map<Part, number>, name: Part): void {
  const [largest, size] = [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best));
  if (size < 2) return;
  counts.set(largest, size - 1);
  counts.set(name, 1);
}
