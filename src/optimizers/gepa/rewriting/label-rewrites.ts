import { joinInstruction, splitInstruction } from "../../request/instruction-part.ts";
import { labelsOf } from "../../request/sections.ts";
import { spareRollouts } from "../budget-checks.ts";
import type { GepaSearch } from "../state.ts";
import { applyRace } from "../validation/decide.ts";
import { raceChallengers } from "../validation/race.ts";
import { openRowOrder } from "../validation/row-order.ts";
import type { Rewrite } from "./rewrite.ts";

// From this share of answers outside the set on, form is a large part of what is wrong.
const manyStrays = 1 / 4;
// Two rewrites on all validation rows, and as much again for the search.
const validationsToTry = 4;
const firstStep = 1;

/**
 * Before the first step, tries what no model has to write: if the expected answers are a set of labels that the prompt does
 * not name, and many answers are not in it, the set itself, added to the instruction and in its place (a start that a misleading
 * instruction cannot spoil). Costs at most two validation sets.
 */
export async function tryLabels(search: GepaSearch): Promise<void> {
  const { cards, leader, options, task } = search;
  const labels = labelsOf(task.train);
  if (!options.labels || labels === undefined) return;
  if (spareRollouts(search) < validationsToTry * task.validation.length) return;
  const known = new Set(labels);
  const strays = task.validation.filter((row) => {
    const { output = "", score } = cards.outcome(leader.id, row) ?? {};
    return score !== undefined && score.value < 1 && !known.has(output.trim());
  });
  if (strays.length < task.validation.length * manyStrays) return;
  const rewrites = draftLabels(search, labels);
  if (rewrites.length === 0) return;
  // Neither drops out early: both may be far better than the prompt, and a few rows do not show which is the better one.
  const rowOrder = { ...openRowOrder(search), firstBlock: task.validation.length };
  const challengers = rewrites.map(({ candidate }) => candidate);
  const results = await raceChallengers(search, rowOrder, challengers);
  applyRace(search, firstStep, rowOrder, rewrites, results);
}

/** One rewrite of the first text that can be split, with the labels added, and one that has only them. */
function draftLabels({ lab, leader, task }: GepaSearch, labels: readonly string[]): readonly Rewrite[] {
  const set = labels.join(", ");
  const parts = Object.entries(leader.texts).flatMap(([name, text]) => {
    const part = splitInstruction(text, task.contract, name);
    return part === undefined ? [] : [{ name, part }];
  });
  const [first] = parts;
  // A prompt that names the labels fails for another reason, and a rewrite must keep its rules.
  const whole = Object.values(leader.texts).join("\n");
  if (first === undefined || labels.every((label) => whole.includes(label))) return [];
  const { name, part } = first;
  const instructions = [
    `${part.instruction}\nAllowed answers: ${set}. Nothing else may be written.`,
    `Answer with exactly one of: ${set}. Write nothing else.`,
  ];
  return instructions.flatMap((instruction): Rewrite[] => {
    const texts = { ...leader.texts, [name]: joinInstruction(part, instruction) };
    const draft = lab.draft(texts, [leader.id]);
    if (!draft.accepted || !draft.isNew) return [];
    const { candidate } = draft;
    const proposed = { step: firstStep, candidate: candidate.id, parents: [leader.id], texts, by: "labels" };
    lab.emit({ type: "candidate-proposed", ...proposed });
    return [{ by: "labels", candidate, parents: [leader], minibatch: [], lesson: [] }];
  });
}
