import type { OptimizationTask, Outcome } from "../../contracts/optimizer.ts";
import type { Example } from "../../core/data/example.ts";
import type { PromptTexts } from "../../core/prompt/candidate.ts";
import { splitInstruction } from "../request/instruction-part.ts";
import { trimText } from "../request/records.ts";
import { type RewriteScope, rewriteRequest } from "../request/rewrite-request.ts";
import { examplesSection, objectiveSection, otherTextsSection } from "../request/sections.ts";
import { fenced, type TextRequest } from "../request/text-request.ts";

const mostAnswers = 12;
const longestAnswer = 60;

/** A summary of the train rows computed without a model: fields, lengths and expected answers. */
export function dataSummary(rows: readonly Example[]): string {
  const fields = [...new Set(rows.flatMap(({ inputs }) => Object.keys(inputs)))];
  const lines = fields.map((field) => {
    const lengths = rows
      .flatMap(({ inputs }) => (inputs[field] === undefined ? [] : [JSON.stringify(inputs[field]).length]))
      .sort((one, other) => one - other);
    return `- input \`${field}\`: in ${lengths.length} rows, ${lengths[lengths.length >> 1]} characters in the middle, ${lengths.at(-1)} at most`;
  });
  return [`${rows.length} rows.`, ...lines, answersLine(rows)].join("\n");
}

function answersLine(rows: readonly Example[]): string {
  const counts = new Map<string, number>();
  for (const { expected } of rows)
    if (expected !== undefined) counts.set(expected, (counts.get(expected) ?? 0) + 1);
  const all = [...counts].sort((one, other) => other[1] - one[1]);
  if (all.length === 0) return "- no expected answers";
  if (all.length > mostAnswers) return `- expected answers: ${all.length} different ones`;
  const shown = all.map(([answer, count]) => `${JSON.stringify(trimText(answer, longestAnswer))} (${count})`);
  return `- expected answers: ${shown.join(", ")}`;
}

/** A tried instruction and its expected gain over the first one. */
export interface TriedInstruction {
  readonly text: string;
  readonly gain: number;
}

export interface InstructionGrounds {
  readonly texts: PromptTexts;
  readonly outcomes: readonly Outcome[];
  /** Best first. */
  readonly history: readonly TriedInstruction[];
  readonly tip: string;
  readonly scope: RewriteScope;
  readonly maxFieldCharacters: number;
}

const role =
  "You propose instructions for an assistant. You are told what its task is, what its data look like, what went wrong and what was tried before.";

/** Builds the request for a new instruction for one text, based on data, failures and earlier proposals. */
export function instructionPrompt(
  task: OptimizationTask,
  name: string,
  { texts, outcomes, history, tip, scope, maxFieldCharacters }: InstructionGrounds,
): TextRequest {
  const instructionOf = (text: string) => splitInstruction(text, task.contract, name)?.instruction;
  // Shown like the current text, which the reply replaces: a part of it, or all of it.
  const isPart = scope === "instructions" && instructionOf(texts[name] ?? "") !== undefined;
  const older = history.map((one) => ({
    ...one,
    text: isPart ? (instructionOf(one.text) ?? one.text) : one.text,
  }));
  return rewriteRequest({
    role,
    task,
    name,
    text: texts[name] ?? "",
    scope,
    older: older.map(({ text }) => text),
    sections: [
      ...objectiveSection(task.objective),
      `# Data\n\n${dataSummary(task.train)}`,
      ...otherTextsSection(texts, name),
      ...historySection(older),
      ...examplesSection(outcomes, maxFieldCharacters),
    ],
    guidance: [`# What to do\n\n${wish(history.length > 0)}\n\n${tip}`],
    demand: "Your task is to write better instructions for the assistant.",
    outcomes,
  });
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
