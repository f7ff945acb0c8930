import type { Outcome } from "../../contracts/optimizer.ts";
import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import type { Split } from "../../core/data/split.ts";
import { answerSetOf } from "../../scorers/format/answer-set.ts";
import { describeFormat } from "../../scorers/format/describe-format.ts";
import { type AnsweredRow, findFormatFailures } from "../../scorers/format/find-format-failures.ts";
import type { Runtime } from "../session/run-context.ts";

/** Rows of each part that are read to find the labels; rows of a large dataset are read from disk. */
const mostRowsRead = 5000;

/** Advice about failed rows whose answer is right in content: one line for each fault of form. */
export async function formatAdvice(
  { scorers }: Pick<OptimizationPlan, "scorers">,
  outcomes: readonly Outcome[],
  { runtime, split }: { readonly runtime: Pick<Runtime, "catalog" | "directory">; readonly split: Split },
): Promise<readonly string[]> {
  const parts = [split.train, split.validation, split.test];
  const answers = answerSetOf(parts.flatMap((rows) => rows.slice(0, mostRowsRead)));
  const { catalog, directory } = runtime;
  const context = { answers, catalog, directory };
  return describeFormat(await findFormatFailures(answeredRows(outcomes), scorers, context));
}

/** The readable outcomes as rows, in order. */
export function answeredRows(outcomes: readonly Outcome[]): readonly AnsweredRow[] {
  return outcomes.filter(isReadable).map(({ example, output = "", toolCalls, score }) => ({
    example,
    output,
    ...(toolCalls === undefined ? {} : { toolCalls }),
    score: score?.value ?? 0,
  }));
}

/** Whether there is an answer and a score. An answer without usable content has no form. */
export function isReadable({ output, score, missing }: Outcome): boolean {
  return output !== undefined && score !== undefined && missing === undefined;
}
