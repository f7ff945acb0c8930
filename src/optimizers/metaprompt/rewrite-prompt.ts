import type { OptimizationTask, Outcome } from "../../contracts/optimizer.ts";
import { answerSection } from "../request/answer-section.ts";
import { contractSection } from "../request/contract-section.ts";
import { examplesSection } from "../request/examples-section.ts";
import { fenced } from "../request/fence.ts";
import { objectiveSection } from "../request/objective-section.ts";
import { otherTextsSection } from "../request/other-texts-section.ts";
import { replyFence, type TextRequest, textRequest } from "../request/text-request.ts";
import { rewriteGuidelines } from "./guidelines.ts";
import type { MetapromptOptions } from "./options.ts";

const role = "You rewrite the instructions that an assistant is given so that it does its task better.";

/** Asks for one text anew; `version` tells the rewrites of one run apart. */
export function rewritePrompt(
  task: OptimizationTask,
  options: MetapromptOptions,
  name: string,
  outcomes: readonly Outcome[],
  version: number,
): TextRequest {
  const text = task.seed.texts[name] ?? "";
  const fence = replyFence([text]);
  const lines = [...rewriteGuidelines, ...options.guidelines].map((line) => `- ${line}`).join("\n");
  const sections = [
    ...objectiveSection(task.objective),
    `# Current instructions\n\n${fenced(text, name)}`,
    ...otherTextsSection(task.seed.texts, name),
    ...examplesSection(outcomes, options.max_field_characters),
    `# Guidelines\n\n${lines}`,
    contractSection(task.contract, name, text),
    wish(outcomes.length > 0, version),
    answerSection(fence),
  ];
  return textRequest(role, sections, fence, task.contract.variables[name]);
}

function wish(hasExamples: boolean, version: number): string {
  const examples = hasExamples ? ", and so that what went wrong in the examples goes right" : "";
  return [
    "# What to do",
    `Rewrite the current instructions by the guidelines${examples}. This is version ${version} of several that are compared: where the guidelines leave a choice, choose another way than the first that comes to mind.`,
  ].join("\n\n");
}
