import type { Outcome } from "../../contracts/optimizer.ts";
import { valueText } from "../../core/data/json.ts";
import { inputsText } from "../../core/prompt/conversation.ts";
import { fenced } from "./text-request.ts";

// The end of a long answer often holds its verdict, the beginning its form; both stay.
const shareOfHead = 0.7;

/** Trims a text to about `maxCharacters`, with a mark in place of the omitted middle. */
export function trimText(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const headEnd = wholeBefore(text, Math.ceil(maxCharacters * shareOfHead));
  const tailStart = wholeAfter(text, text.length - (maxCharacters - Math.ceil(maxCharacters * shareOfHead)));
  return `${text.slice(0, headEnd)}\n[… ${tailStart - headEnd} characters left out …]\n${text.slice(tailStart)}`;
}

/** The position, or the one before it if a cut there would split a surrogate pair. */
function wholeBefore(text: string, at: number): number {
  return isLowSurrogate(text, at) ? at - 1 : at;
}

function wholeAfter(text: string, at: number): number {
  return isLowSurrogate(text, at) ? at + 1 : at;
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/**
 * Renders examples for a reflection model: every field under a plain heading, in a fence that the field's own
 * text cannot close, cut to `maxFieldCharacters`.
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
