import type { OptimizationTask, Outcome } from "../../contracts/optimizer.ts";
import type { PromptTexts } from "../../core/prompt/candidate.ts";
import { answerSection } from "../request/answer-section.ts";
import { contractSection } from "../request/contract-section.ts";
import { examplesSection } from "../request/examples-section.ts";
import { fenced } from "../request/fence.ts";
import { objectiveSection } from "../request/objective-section.ts";
import { otherTextsSection } from "../request/other-texts-section.ts";
import { replyFence, type TextRequest, textRequest } from "../request/text-request.ts";
import { dataSummary } from "./data-summary.ts";

/** An instruction that was tried, and how much better than the first it is thought to be. */
export interface TriedInstruction {
  readonly text: string;
  readonly gain: number;
}

export interface InstructionGrounds {
  readonly texts: PromptTexts;
  readonly outcomes: readonly Outcome[];
  /** The best first. */
  readonly history: readonly TriedInstruction[];
  readonly tip: string;
  readonly maxFieldCharacters: number;
}

const role =
  "You propose instructions for an assistant. You are told what its task is, what its data look like, what went wrong and what was tried before.";

/** Asks for a new instruction for one text, grounded in data, failures and earlier proposals. */
export function instructionPrompt(
  task: OptimizationTask,
  name: string,
  { texts, outcomes, history, tip, maxFieldCharacters }: InstructionGrounds,
): TextRequest {
  const text = texts[name] ?? "";
  const fence = replyFence([text, ...history.map((one) => one.text)]);
  const sections = [
    ...objectiveSection(task.objective),
    `# Data\n\n${dataSummary(task.train)}`,
    `# Current instructions\n\n${fenced(text, name)}`,
    ...otherTextsSection(texts, name),
    ...historySection(history),
    ...examplesSection(outcomes, maxFieldCharacters),
    contractSection(task.contract, name, text),
    `# What to do\n\n${wish(history.length > 0)}\n\n${tip}`,
    answerSection(fence),
  ];
  return textRequest(role, sections, fence, task.contract.variables[name]);
}

function wish(hasHistory: boolean): string {
  const combine = hasHistory
    ? " Take over what the other instructions hold that helps and the current ones lack."
    : "";
  return `Write better instructions: general rules by which the examples go right, and others like them. Keep every rule that nothing speaks against, and copy no example.${combine}`;
}

function historySection(history: readonly TriedInstruction[]): readonly string[] {
  if (history.length === 0) return [];
  const shown = history.map(({ text, gain }, at) => {
    const points = Math.round(gain * 100);
    return `## Instructions ${at + 1}\n\nScore against the first instructions: about ${points >= 0 ? "+" : "−"}${Math.abs(points)} points.\n\n${fenced(text)}`;
  });
  return [`# Other instructions tried so far\n\n${shown.join("\n\n")}`];
}
