import type { Judgement } from "../../contracts/scorer.ts";
import type { Example } from "../../core/data/example.ts";
import type { JsonValue } from "../../core/data/json.ts";
import { conversationOf, inputsText } from "../../core/prompt/conversation.ts";
import type { DataSection } from "./data-sections.ts";

/** Titles of the sections of judge prompts; what stands under each is text of the row or of an answer. */
export const sectionTitles = {
  input: "Input",
  expected: "Expected answer",
  actual: "Actual answer",
  facts: "Expected facts",
  guidelines: "Guidelines",
  answerA: "Answer A",
  answerB: "Answer B",
} as const;

/** What the answer was given to: the only variable's text, `name: value` lines, or a conversation. */
export function inputSection({ inputs }: Example): DataSection {
  const values = Object.values(inputs);
  const isAlone = values.length === 1 && conversationOf(inputs) === undefined;
  return { title: sectionTitles.input, text: isAlone ? valueText(values[0] ?? "") : inputsText(inputs) };
}

/** The answer's text and the tool calls it made. */
export function judgedAnswer({ output, toolCalls }: Judgement): string {
  const calls = toolCalls.map((call) => `[calls tool ${call.name} with ${call.arguments}]`);
  return [...(output.trim() === "" && calls.length > 0 ? [] : [output]), ...calls].join("\n");
}

/** `1. first`, `2. second` …: a line each, so that no item can pass for two. */
export function numberedSection(title: string, items: readonly string[]): DataSection {
  return {
    title,
    text: items.map((item, at) => `${at + 1}. ${item.replace(/\s+/gu, " ").trim()}`).join("\n"),
  };
}

function valueText(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
