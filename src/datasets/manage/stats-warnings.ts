import type { DatasetStats } from "./dataset-stats.ts";

const fewestRows = 20;
const advisedRows = 50;
const highDuplicateShare = 0.3;
const dominantShare = 0.9;

/** What about a dataset would spoil an optimization, in words. */
export function statsWarnings(stats: DatasetStats): readonly string[] {
  if (stats.rows === 0) return ["there are no rows"];
  const { distinct, nearDuplicates, answers, balance, leaks, groupLeaks } = stats;
  const warnings: string[] = [];
  const diverse = Math.round(distinct * (1 - nearDuplicates.share));
  if (diverse < fewestRows) {
    warnings.push(
      `${diverse} diverse rows; under ${fewestRows} nothing can be proven. Collect ${fewestRows} to ${advisedRows} or more`,
    );
  } else if (diverse < advisedRows) {
    warnings.push(`${diverse} diverse rows; with ${advisedRows} or more smaller gains can be proven`);
  }
  if (nearDuplicates.share > highDuplicateShare) {
    warnings.push(`${Math.round(nearDuplicates.share * 100)} % of the inputs are near-duplicates of others`);
  }
  if (answers.none > 0) {
    warnings.push(`${counted(answers.none, "row")} without an expected or recorded answer`);
  }
  const [top] = balance.labels;
  const answered = balance.labels.reduce((sum, { rows }) => sum + rows, 0);
  if (top !== undefined && balance.labels.length > 1 && top.rows / answered > dominantShare) {
    warnings.push(
      `${Math.round((top.rows / answered) * 100)} % of the answers are "${top.label}": the others can hardly be learned`,
    );
  }
  if (leaks.count > 0) {
    warnings.push(`${counted(leaks.count, "input")} in more than one part: a score on them proves nothing`);
  }
  if (groupLeaks !== undefined && groupLeaks.count > 0) {
    warnings.push(`${counted(groupLeaks.count, "group")} in more than one part`);
  }
  return warnings;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
