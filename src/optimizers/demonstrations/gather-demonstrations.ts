import type { OptimizationTask, Outcome } from "../../contracts/optimizer.ts";
import type { Example } from "../../core/data/example.ts";
import type { Random } from "../../core/random.ts";
import type { Demonstration, DemonstrationPlace } from "./demonstration.ts";
import type { DemonstrationOptions } from "./demonstration-options.ts";
import { shownTexts } from "./render-demonstrations.ts";

// Sets are chosen by comparing rows with each other; beyond this many that takes long and adds little.
const mostRows = 400;

/**
 * Train rows that may be shown, in random order; none that also measures. `inputs` are the same by id
 * where rows are equal, so no copy of a validation row slips in either.
 */
export function rowsToShow({ train, validation }: OptimizationTask, random: Random): readonly Example[] {
  const measuring = new Set(validation.map(({ id }) => id));
  return random.shuffle(train.filter(({ id }) => !measuring.has(id))).slice(0, mostRows);
}

/**
 * Rows with an answer to show: the model's own where it was right, else the expected one. A row is left
 * out when neither is there, when a text of it is too long, or would be read as part of the template.
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

/** An answer given by tool calls shows nothing in words. */
function wordsOf(outcome: Outcome | undefined): string | undefined {
  return (outcome?.toolCalls ?? []).length > 0 ? undefined : outcome?.output;
}

/** Both template languages are thought of, since an engine is not told which one it writes. */
function isShowable(text: string, maxCharacters: number): boolean {
  return text.length <= maxCharacters && !/\{[{%#]/.test(text);
}
