import type { Lab, OptimizationTask, Outcome } from "../../contracts/optimizer.ts";

// Rows run for each example shown: enough to find failures where the prompt is already fair.
export const rowsPerExample = 2;
const shareOfFailures = 2 / 3;

/** Runs the seed on train rows and picks failures and, for what must not be lost, successes. */
export async function chooseExamples(
  task: OptimizationTask,
  lab: Lab,
  count: number,
): Promise<readonly Outcome[]> {
  const rows = lab.random
    .fork("examples")
    .shuffle(task.train)
    .slice(0, count * rowsPerExample);
  if (rows.length === 0) return [];
  const { outcomes } = await lab.evaluate(task.seed, rows);
  const isRight = ({ score }: Outcome) => score?.value === 1;
  const failures = outcomes.filter((outcome) => !isRight(outcome));
  const successes = outcomes.filter(isRight);
  const wanted = Math.max(Math.ceil(count * shareOfFailures), count - successes.length);
  const shown = failures.slice(0, wanted);
  return [...shown, ...successes.slice(0, count - shown.length)];
}
