import type { OptimizationTask, Outcome } from "../../contracts/optimizer.ts";
import type { Example } from "../../core/data/example.ts";
import type { Random } from "../../core/random.ts";
import type { Demonstration, DemonstrationPlace } from "./demonstration.ts";
import type { DemonstrationOptions } from "./demonstration-options.ts";
import { shownTexts } from "./render-demonstrations.ts";

// Sets are chosen by comparing all pairs of rows; a larger pool is slow and adds little.
const mostRows = 400;

/**
 * Train rows that may be shown, in random order, without rows that are also measured. Rows with equal inputs
 * are matched by id, so copies of validation rows are excluded too.
 */
export function rowsToShow({ train, validation }: OptimizationTask, random: Random): readonly Example[] {
  const measuring = new Set(validation.map(({ id }) => id));
  return random.shuffle(train.filter(({ id }) => !measuring.has(id))).slice(0, mostRows);
}

/**
 * Rows with an answer to show: the model's own answer if it was right, otherwise the expected one. Skips rows
 * without an answer, with a text that is too long, or with text that the template would interpret.
 */
export function demonstrationsOf(
  rows: readonly Example[],
  outcomeOf: (row: Example) => Outcome | undefined,
  places: readonly DemonstrationPlace[],
  options: DemonstrationOptions,
): readonly Demonstration[] {
  return rows.flatMap((row): Demonstration[] => {
    const outcome = outcomeOf(row);
    const value = outcome?.score?.value;
    const isRight = value !== undefined && value >= options.own_score;
    const answer = (isRight ? wordsOf(outcome) : undefined) ?? row.expected;
    if (answer === undefined || answer.trim() === "") return [];
    const one = { row: row.id, inputs: row.inputs, answer, isHard: value !== undefined && !isRight };
    const texts = places.flatMap(({ fields }) => shownTexts(one, fields));
    return texts.every((text) => isShowable(text, options.max_field_characters)) ? [one] : [];
  });
}

/** Answers given as tool calls have no text to show. */
function wordsOf(outcome: Outcome | undefined): string | undefined {
  return (outcome?.toolCalls ?? []).length > 0 ? undefined : outcome?.output;
}

/** Checks the syntax of both template languages, because the engine does not know which one is in use. */
function isShowable(text: string, maxCharacters: number): boolean {
  return text.length <= maxCharacters && !/\{[{%#]/.test(text);
}
