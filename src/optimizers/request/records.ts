import type { Outcome } from "../../contracts/optimizer.ts";
import type { JsonValue } from "../../core/data/json.ts";
import { inputsText } from "../../core/prompt/conversation.ts";
import { fenced } from "./fence.ts";
import { trimText } from "./trim-text.ts";

/**
 * Examples as a reflection model reads them: every field under a plain heading, in a fence that the
 * field's own text cannot close, each cut to `maxFieldCharacters`.
 */
export function renderRecords(outcomes: readonly Outcome[], maxFieldCharacters: number): string {
  return outcomes
    .map((outcome, at) => `## Example ${at + 1}\n\n${renderRecord(outcome, maxFieldCharacters)}`)
    .join("\n\n");
}

function renderRecord(outcome: Outcome, maxFieldCharacters: number): string {
  const { example, score, error } = outcome;
  const field = (heading: string, text: string | undefined): readonly string[] =>
    text === undefined ? [] : [`### ${heading}\n\n${fenced(trimText(text, maxFieldCharacters))}`];
  return [
    ...field("Inputs", inputsText(example.inputs)),
    ...field("Assistant's answer", outcome.output ?? "(no answer)"),
    ...field("Tool calls", toolCallsText(outcome)),
    ...field("Steps", outcome.trace === undefined ? undefined : valueText(outcome.trace)),
    ...field("Expected answer", example.expected),
    ...field("Expected facts", example.expectedFacts?.map((fact) => `- ${fact}`).join("\n")),
    `### Score\n\n${score === undefined ? "none" : scoreText(score.value)}`,
    ...field("Feedback", error === undefined ? score?.feedback : `No score: ${error.message}`),
  ].join("\n\n");
}

/** A score with at most three decimals. */
export function scoreText(value: number): string {
  return String(Number(value.toFixed(3)));
}

function toolCallsText({ toolCalls = [] }: Outcome): string | undefined {
  return toolCalls.length === 0
    ? undefined
    : toolCalls.map(({ name, arguments: given }) => `${name}(${given})`).join("\n");
}

function valueText(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
