import type { RowAnswer } from "../contracts/row-result.ts";
import type { FailureCount, OptimizationRecord, ReflectionCounts } from "../contracts/run-record.ts";

/** Names of causes in sentences; other causes are shown as they are. */
const words: Readonly<Record<string, string>> = {
  no_fence: "without a fenced block",
  open_fence: "with a fenced block that is never closed",
  many_fences: "with several fenced blocks, none of which keeps the variables",
  empty: "with an empty block",
  contract: "breaking the prompt's contract",
  unchanged: "equal to the text to improve",
  same_text: "repeating an earlier text",
  cut_off: "cut off by the length limit",
  refusal: "refused by the model",
  content_filter: "withheld by a content filter",
  empty_answer: "empty",
  server: "answered with a server error",
  bad_request: "rejected as a bad request",
  connection: "lost on the way",
  timeout: "not answered in time",
  malformed: "answered with what is no completion",
  rate_limit: "refused by a rate limit",
};

/**
 * Describes refused replies: "6 replies: 4 without a fenced block, 2 breaking the prompt's contract";
 * undefined without any.
 */
export function listedRefusals(counts: ReflectionCounts): string | undefined {
  const refused = total(counts.refused);
  if (refused === 0) return undefined;
  return `${refused} ${refused === 1 ? "reply" : "replies"}: ${describeCauses(counts.refused)}`;
}

/** Describes causes, most frequent first: "3 refused by the model, 2 cut off by the length limit". */
export function describeCauses(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([one, some], [other, more]) => more - some || one.localeCompare(other))
    .map(([cause, count]) => `${count} ${words[cause] ?? cause}`)
    .join(", ");
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Lines about failed reflections; empty if all replies were usable. */
function describeReflections(counts: ReflectionCounts | undefined): readonly string[] {
  if (counts === undefined) return [];
  const { asked, failed, refused, unfenced } = counts;
  return [
    ...(total(failed) === 0
      ? []
      : [`${total(failed)} of ${asked} reflections brought no text: ${describeCauses(failed)}`]),
    ...(total(refused) === 0
      ? []
      : [`no usable rewrite in ${total(refused)} of ${asked} replies: ${describeCauses(refused)}`]),
    ...(unfenced === 0
      ? []
      : [`${unfenced} of ${asked} replies were used although they had no complete fenced block`]),
  ];
}

const missingWords = {
  cut_off: "cut off by the length limit",
  filtered: "withheld by a content filter",
  empty: "empty",
  agent_error: "an error of the application",
} as const;

/**
 * Lines about failed rows, missing answers and reflections; empty without failures. Used by terminal,
 * Markdown and report.
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

/** Describes causes, most frequent first: "3 cut off by the length limit, 1 timed out". */
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
