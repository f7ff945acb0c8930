import type { PromptTexts } from "../../core/prompt/candidate.ts";
import type { Demonstration, DemonstrationSets } from "../demonstrations/demonstration.ts";

/** One value of a variable of the joint search. */
export type VariableChoice = {
  /** Numbers all choices of a search, from 0. */
  readonly id: number;
  /** The choice it was made from, assumed to be about as good. Absent for the seed's own content. */
  readonly parent?: VariableChoice;
} & (
  | { readonly kind: "instruction"; readonly value: string }
  | { readonly kind: "demonstrations"; readonly value: readonly Demonstration[] }
);

/** A variable of the joint search: the instruction of one text, or its demonstrations. */
export interface Variable {
  /** Name of the text. */
  readonly text: string;
  readonly choices: VariableChoice[];
}

/** One choice per variable, in their order. */
export type Combination = readonly VariableChoice[];

/** Creates and numbers choices. */
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

/** Instructions and demonstrations of a combination, keyed by text name. */
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

/** Equal combinations have equal keys. */
export function combinationKey(combination: Combination): string {
  return combination.map(({ id }) => id).join(" ");
}

/** A choice and its ancestors, without the seed's own content. */
export function lineOf(choice: VariableChoice): readonly VariableChoice[] {
  return choice.parent === undefined ? [] : [choice, ...lineOf(choice.parent)];
}
