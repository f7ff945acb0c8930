import type { FailureCount, OptimizationRecord, RowAnswer } from "../contracts/run-record.ts";
import { describeReflections } from "./describe-reflections.ts";

const missingWords = {
  cut_off: "cut off by the length limit",
  filtered: "withheld by a content filter",
  empty: "empty",
  agent_error: "an error of the application",
} as const;

/**
 * What is to be known of failed rows, missing answers and reflections, a line each; none when nothing failed.
 * Terminal, Markdown and report show the same lines.
 */
export function describeFailures(record: OptimizationRecord): readonly string[] {
  const { scores, rows } = record;
  const { validation, test, source } = scores;
  const lines: string[] = record.error === null ? [] : [`error code ${record.error.code}`];
  const sides = (what: string, failed: { base: number; optimized: number } | undefined, of: number) => {
    if (failed === undefined || failed.base + failed.optimized === 0) return;
    lines.push(
      `${what}: ${failed.base} of the base and ${failed.optimized} of the optimized prompt failed, of ${of} rows`,
    );
  };
  sides("test rows", test?.failed, test?.rows ?? 0);
  if ((test?.failed?.base ?? 0) + (test?.failed?.optimized ?? 0) > 0) {
    const reasons = reasonsOf(rows.flatMap(({ base, optimized }) => [base, optimized]));
    if (reasons !== "") lines.push(`why: ${reasons}`);
  }
  lines.push(...(record.failures ?? []).slice(0, mostReasons).map(describeFailure));
  sides("validation rows", validation?.failed, validation?.rows ?? 0);
  if (source?.failed !== undefined && source.failed > 0) {
    const reasons = reasonsOf(rows.flatMap((row) => row.source ?? []));
    lines.push(
      `test rows: ${source.failed} of the source model failed${reasons === "" ? "" : `: ${reasons}`}`,
    );
  }
  return [...lines, ...describeReflections(record.reflections), ...(record.notes ?? [])];
}

/** `12 × model_failed: the endpoint answered 500 → mend it`. */
function describeFailure({ code, message, hint, count }: FailureCount): string {
  return `rows failed ${count} × ${code}: ${message}${hint === null ? "" : ` → ${hint}`}`;
}

const mostReasons = 3;

/** "3 cut off by the length limit, 1 timed out", the most frequent first. */
function reasonsOf(answers: readonly RowAnswer[]): string {
  const counts = new Map<string, number>();
  for (const { error, missing } of answers) {
    const reason = error ?? (missing === undefined ? undefined : missingWords[missing]);
    if (reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, some], [, more]) => more - some);
  const rest = sorted.length - mostReasons;
  return [
    ...sorted.slice(0, mostReasons).map(([reason, count]) => `${count} ${reason}`),
    ...(rest > 0 ? [`${rest} other reasons`] : []),
  ].join(", ");
}
