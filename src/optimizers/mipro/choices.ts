import type { PromptTexts } from "../../core/prompt/candidate.ts";
import type { Demonstration, DemonstrationSets } from "../demonstrations/demonstration.ts";

/** One value of a variable of the joint search. */
export type VariableChoice = {
  /** Counts all choices of a search, from 0. */
  readonly id: number;
  /** What it was made from; it is thought to be about as good. Absent: what the prompt has from the start. */
  readonly parent?: VariableChoice;
} & (
  | { readonly kind: "instruction"; readonly value: string }
  | { readonly kind: "demonstrations"; readonly value: readonly Demonstration[] }
);

/** A variable of the joint search: the instruction of one text, or the demonstrations in it. */
export interface Variable {
  /** Name of the text. */
  readonly text: string;
  readonly choices: VariableChoice[];
}

/** One choice per variable, in their order. */
export type Combination = readonly VariableChoice[];

/** Makes choices and numbers them. */
export function createChoices() {
  let next = 0;
  return {
    instruction: (value: string, parent?: VariableChoice): VariableChoice => ({
      id: next++,
      kind: "instruction",
      value,
      ...(parent === undefined ? {} : { parent }),
    }),
    demonstrations: (value: readonly Demonstration[], parent?: VariableChoice): VariableChoice => ({
      id: next++,
      kind: "demonstrations",
      value,
      ...(parent === undefined ? {} : { parent }),
    }),
  };
}

/** Instructions and demonstrations of a combination, by the name of their text. */
export function contentOf(
  variables: readonly Variable[],
  combination: Combination,
): { readonly texts: PromptTexts; readonly sets: DemonstrationSets } {
  const texts: Record<string, string> = {};
  const sets: Record<string, readonly Demonstration[]> = {};
  for (const [at, { text }] of variables.entries()) {
    const choice = combination[at];
    if (choice?.kind === "instruction") texts[text] = choice.value;
    if (choice?.kind === "demonstrations") sets[text] = choice.value;
  }
  return { texts, sets };
}

/** The same for equal combinations. */
export function combinationKey(combination: Combination): string {
  return combination.map(({ id }) => id).join(" ");
}

/** A choice and all it was made from, without what the prompt had from the start. */
export function lineOf(choice: VariableChoice): readonly VariableChoice[] {
  return choice.parent === undefined ? [] : [choice, ...lineOf(choice.parent)];
}
