import type { OptimizationTask, Outcome } from "../../contracts/optimizer.ts";
import { rewriteRequest } from "../request/rewrite-request.ts";
import { examplesSection, labelsSection, objectiveSection, otherTextsSection } from "../request/sections.ts";
import type { TextRequest } from "../request/text-request.ts";
import type { MetapromptOptions } from "./options.ts";

/** Guidelines that model providers agree on, in order of importance for a rewrite. */
const rewriteGuidelines: readonly string[] = [
  "Say first, in one sentence, what the task is and what the input is.",
  "State the output format exactly: allowed labels or fields, their spelling, and that nothing else is written.",
  "Replace vague words by rules that two readers would apply alike, and say how close calls and missing information are decided.",
  "Say what to do rather than what to avoid; give the reason where it helps to apply a rule to new cases.",
  "Order the text: task, rules, output format, then the input, set apart by a line or a label.",
  "For tasks of several steps, name the steps in order, and say which of them is shown in the answer.",
  "Keep every requirement of the current instructions. Drop politeness, repetition and sentences that change no answer.",
  "Write rules that hold for inputs not seen yet; do not copy examples into the text.",
];

const role = "You rewrite the instructions that an assistant is given so that it does its task better.";

/** Builds the request to rewrite one text; `version` distinguishes the rewrites of one run. */
export function rewritePrompt(
  task: OptimizationTask,
  options: MetapromptOptions,
  name: string,
  outcomes: readonly Outcome[],
  version: number,
): TextRequest {
  const lines = [...rewriteGuidelines, ...options.guidelines].map((line) => `- ${line}`).join("\n");
  return rewriteRequest({
    role,
    task,
    name,
    text: task.seed.texts[name] ?? "",
    scope: options.rewrite,
    sections: [
      ...objectiveSection(task.objective),
      ...otherTextsSection(task.seed.texts, name),
      ...examplesSection(outcomes, options.max_field_characters),
      ...labelsSection(task.train),
      `# Guidelines\n\n${lines}`,
    ],
    guidance: [wish(outcomes.length > 0, version)],
    demand: "Your task is to rewrite the instructions for the assistant by the guidelines.",
    outcomes,
  });
}

function wish(hasExamples: boolean, version: number): string {
  const examples = hasExamples ? ", and so that what went wrong in the examples goes right" : "";
  return [
    "# What to do",
    `Rewrite the current instructions by the guidelines${examples}. This is version ${version} of several that are compared: where the guidelines leave a choice, choose another way than the first that comes to mind.`,
  ].join("\n\n");
}
