import type { JsonObject, JsonValue } from "../../../core/data/json.ts";

/**
 * Names of columns with the expected answer, the clearest first. From the datasets and eval formats of OpenAI, Hugging
 * Face, Ragas, DeepEval, LangSmith, promptfoo and Inspect.
 */
const expectedNames = (
  "expected_response expected_output expected_answer expected expected_result expected_completion ground_truth " +
  "ground_truths groundtruth ground_truth_answer golden_answer gold_answer gold_label gold golden reference_answer " +
  "reference_output reference_outputs reference_response reference correct_answer correct_response correct_output " +
  "ideal_answer ideal_response ideal_output ideal target_output target_answer target answer label completion"
).split(" ");

/** Names of columns with a recorded answer, which is expected where nothing else is. */
const outputNames = ["outputs", "output", "response"];

/** Members with a fixed meaning in a row, as in MLflow's datasets. */
const fixedNames = new Set(["inputs", "expectations", "expected_facts", "tags", "source", "id"]);

/** Columns that libraries add to tables: no variables. */
const bookkeeping = /^(unnamed: \d+|__index_level_\d+__|dspy_uuid|dspy_split)$/i;

export interface AnswerColumns {
  readonly expected: string | undefined;
  readonly output: string | undefined;
}

/** Chooses the answer columns of a table by their names. At least one column stays a variable. */
export function chooseAnswerColumns(sample: readonly JsonObject[]): AnswerColumns {
  const given = columnsOf(sample);
  const left = new Set(given.filter((name) => !fixedNames.has(name) && !isBookkeeping(name)));
  const hasInputs = given.includes("inputs");
  const take = (names: readonly string[]): string | undefined => {
    if (left.size < 2 && !hasInputs) return undefined;
    for (const name of names) {
      const found = [...left].find((column) => normalized(column) === name);
      if (found === undefined) continue;
      left.delete(found);
      return found;
    }
    return undefined;
  };
  const isExpected = sample.some(({ expectations }) => isGiven(expectations));
  const expected = isExpected ? undefined : take(expectedNames);
  return { expected, output: take(outputNames) };
}

/** Whether a column has the name of an answer. */
export function isAnswerName(column: string): boolean {
  return [...expectedNames, ...outputNames].includes(normalized(column));
}

export function isBookkeeping(column: string): boolean {
  return bookkeeping.test(column);
}

export function isFixedName(column: string): boolean {
  return fixedNames.has(column);
}

/** All columns with a value in some row, in order of appearance. */
export function columnsOf(sample: readonly JsonObject[]): readonly string[] {
  const columns = new Set<string>();
  for (const row of sample) for (const name of Object.keys(row)) columns.add(name);
  return [...columns];
}

export function isGiven(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && value !== "";
}

function normalized(column: string): string {
  return column
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .replace(/[\s-]+/g, "_")
    .toLowerCase();
}
