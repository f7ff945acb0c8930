import type { Judgement } from "../../contracts/scorer.ts";
import { digestOf, digestOfText } from "../../core/data/digest.ts";
import type { Example } from "../../core/data/example.ts";
import { valueText } from "../../core/data/json.ts";
import { conversationOf, inputsText } from "../../core/prompt/conversation.ts";

/** Titles of the sections of judge prompts; the text under each comes from the row or from an answer. */
export const sectionTitles = {
  input: "Input",
  expected: "Expected answer",
  actual: "Actual answer",
  facts: "Expected facts",
  guidelines: "Guidelines",
  answerA: "Answer A",
  answerB: "Answer B",
} as const;

/** The input of the answer: the text of the only variable, `name: value` lines, or a transcript. */
export function inputSection({ inputs }: Example): DataSection {
  const values = Object.values(inputs);
  const isAlone = values.length === 1 && conversationOf(inputs) === undefined;
  return { title: sectionTitles.input, text: isAlone ? valueText(values[0] ?? "") : inputsText(inputs) };
}

/** The answer's text and its tool calls. */
export function judgedAnswer({ output, toolCalls }: Judgement): string {
  const calls = toolCalls.map((call) => `[calls tool ${call.name} with ${call.arguments}]`);
  return [...(output.trim() === "" && calls.length > 0 ? [] : [output]), ...calls].join("\n");
}

/** `1. first`, `2. second` …: one line each, so that no item can pass for two. */
export function numberedSection(title: string, items: readonly string[]): DataSection {
  return {
    title,
    text: items.map((item, at) => `${at + 1}. ${item.replace(/\s+/gu, " ").trim()}`).join("\n"),
  };
}

/** A text to judge, under a title. */
export interface DataSection {
  readonly title: string;
  readonly text: string;
}

interface RenderedSections {
  readonly text: string;
  /** Name of the tags around each text, for example `data-3f9c1a7be2d4`. */
  readonly tag: string;
}

/**
 * Puts each text under its title, between an opening and a closing tag. The tag name is derived from the digest
 * of all texts and changes until no text contains it: no text can close its own tag, and equal texts give equal
 * prompts.
 */
export function renderSections(sections: readonly DataSection[]): RenderedSections {
  const tag = `data-${freeMark(sections.map(({ text }) => text))}`;
  const text = sections
    .map((section) => `## ${section.title}\n<${tag}>\n${section.text}\n</${tag}>`)
    .join("\n\n");
  return { text, tag };
}

function freeMark(texts: readonly string[]): string {
  let mark = digestOf(texts).slice(0, 12);
  while (texts.some((text) => text.includes(mark))) mark = digestOfText(mark).slice(0, 12);
  return mark;
}
