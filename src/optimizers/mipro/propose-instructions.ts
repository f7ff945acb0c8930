import type { Outcome } from "../../contracts/optimizer.ts";
import { emitAttempts, rewriteTexts } from "../search/rewrite-texts.ts";
import { settleAll } from "../search/settle-all.ts";
import { contentOf, type VariableChoice } from "./choices.ts";
import { instructionPrompt, type TriedInstruction } from "./instruction-prompt.ts";
import type { MiproSearch, TriedCombination } from "./state.ts";
import { fitSurrogate, observe, type Surrogate } from "./surrogate.ts";

/**
 * Ways to write an instruction. Each proposal gets one, so that proposals differ (K. Opsahl-Ong et al., arXiv
 * 2406.11695, appendix C).
 */
const tips: readonly string[] = [
  "Change as little as the failures allow: keep the present words and add the rules that are missing.",
  "Be precise: state the form of the answer and every rule so that two readers would apply it alike.",
  "Be brief: one short sentence for each rule, nothing that changes no answer.",
  "Describe at length what is decisive in the input, and how close calls are decided.",
  "Give the steps that lead from the input to the answer, in order.",
  "Say who the assistant is and what depends on the answer being right.",
];

/** Asks for several new instructions in parallel and adds those that keep the contract to the choices. */
export async function proposeInstructions(
  search: MiproSearch,
  step: number,
  from: TriedCombination,
): Promise<void> {
  const { lab, task, options, variables } = search;
  const random = lab.random.fork(`proposals of step ${step}`);
  const outcomes = task.train.flatMap((row) => search.cards.outcome(from.candidate.id, row) ?? []);
  const surrogate = fitSurrogate(observe(search));
  const { texts } = contentOf(variables, from.combination);
  const attempts = await settleAll(
    Array.from({ length: task.limits.candidatesPerStep }, (_, lane) => {
      const grounds = {
        texts,
        outcomes: examplesFor(outcomes, options.examples, lane),
        tip: tips[((step - 1) * task.limits.candidatesPerStep + lane) % tips.length] ?? "",
        scope: options.rewrite,
        maxFieldCharacters: options.max_field_characters,
      };
      const requests = random.shuffle(Object.keys(texts)).map((name) => {
        const history = historyOf(search, name, from, surrogate);
        return [name, instructionPrompt(task, name, { ...grounds, history })] as const;
      });
      return rewriteTexts(lab, {
        step,
        by: "instruction",
        purpose: "propose",
        parents: [from.candidate],
        settled: texts,
        requests: Object.fromEntries(requests),
      });
    }),
  );
  for (const attempt of attempts)
    if (attempt.kind === "drafted") addChoices(search, from, attempt.candidate.texts);
  emitAttempts(lab, search.failures, step, attempts);
}

/** Each lane gets its own share of the failures, filled up with successes. */
function examplesFor(outcomes: readonly Outcome[], count: number, lane: number): readonly Outcome[] {
  const failures = outcomes.filter(({ score }) => score?.value !== 1);
  const successes = outcomes.filter(({ score }) => score?.value === 1);
  const start = failures.length === 0 ? 0 : (lane * count) % failures.length;
  const turned = [...failures.slice(start), ...failures.slice(0, start)];
  return [...turned, ...successes].slice(0, count);
}

/** The best other instructions for a text, by trial results. */
function historyOf(
  { variables, options }: MiproSearch,
  name: string,
  from: TriedCombination,
  surrogate: Surrogate,
): readonly TriedInstruction[] {
  const place = variables.findIndex(({ text }) => text === name);
  const choices = variables[place]?.choices ?? [];
  const gainOf = (choice: VariableChoice) => surrogate.expected([choice]);
  return choices
    .filter((choice) => choice !== from.combination[place] && choice.parent !== undefined)
    .sort((one, other) => gainOf(other) - gainOf(one))
    .slice(0, options.history)
    .flatMap((choice) =>
      choice.kind === "instruction" ? [{ text: choice.value, gain: gainOf(choice) }] : [],
    );
}

function addChoices(
  search: MiproSearch,
  from: TriedCombination,
  texts: Readonly<Record<string, string>>,
): void {
  for (const [place, { text, choices }] of search.variables.entries()) {
    const parent = from.combination[place];
    const value = texts[text];
    if (parent?.kind !== "instruction" || value === undefined) continue;
    if (choices.some((one) => one.value === value)) continue;
    choices.push(search.choices.instruction(value, parent));
  }
}
