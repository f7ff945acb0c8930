import { improvementPValue } from "../gepa/validation/paired-test.ts";

// One-sided 95 %: a challenger whose mean is that surely below the leader's has lost.
const lostZ = 1.65;
const fewestToLose = 4;
// Wins the rows to come are granted beyond those seen.
const winsGranted = 2;

/**
 * May a challenger still prove better, if what is to come goes as well as what was seen makes believable?
 *
 * @param differences its scores less the leader's, on the rows both have run
 * @param rooms what it could win at most on each row to come: 1 less the leader's score
 */
export function canStillWin(
  differences: readonly number[],
  rooms: readonly number[],
  triedRooms: number,
  errorLevel: number,
): boolean {
  if (isSurelyWorse(differences)) return false;
  const open = rooms.filter((room) => room > 0);
  const gains = differences.filter((difference) => difference > 0);
  const share = (gains.length + winsGranted) / (triedRooms + winsGranted);
  const wins = Math.min(open.length, Math.round(open.length * share));
  const gain = mean(gains.length > 0 ? gains : open);
  const hoped = [...differences, ...Array.from({ length: wins }, () => gain)];
  return improvementPValue(hoped) <= errorLevel;
}

function isSurelyWorse(differences: readonly number[]): boolean {
  const count = differences.length;
  const middle = mean(differences);
  const squares = differences.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  const error = Math.sqrt(squares / Math.max(1, count - 1) / Math.max(1, count));
  return count >= fewestToLose && middle + lostZ * error < 0;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
