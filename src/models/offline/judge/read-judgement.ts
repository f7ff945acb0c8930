import { messageText } from "../../../core/message.ts";
import { readLayout, type Section } from "../layout.ts";
import { readRecords } from "../reflection/read-records.ts";
import type { OfflineRequest } from "../request.ts";
import { type JudgeForm, readJudgeForm } from "./judge-form.ts";

/** What a judge is shown and asked. Texts that are not shown are undefined. */
export interface JudgementReading {
  readonly form: JudgeForm;
  readonly input: string | undefined;
  readonly expected: string | undefined;
  readonly actual: string | undefined;
  readonly pair: readonly [string, string] | undefined;
  /** Facts or rules of a numbered list, each to be judged. */
  readonly items: readonly string[];
  readonly areFacts: boolean;
  /** The rules ask that the form agrees too. */
  readonly isFormStrict: boolean;
}

const judging =
  /\b(?:judge|judging|grader?s?|grading|evaluat\w+|assess\w*|decide whether|compare|verdict|rate|score)\b/i;
const aboutAnswers = /\b(?:answers?|responses?|outputs?|repl(?:y|ies)|completions?|submissions?)\b/i;

type Slot = "a" | "b" | "facts" | "rules" | "expected" | "input" | "actual";
const slots: readonly (readonly [Slot, RegExp])[] = [
  ["a", /\b(?:answer|response|output|candidate|text|reply)[ _-]?(?:a|1|one)\b|^a$/i],
  ["b", /\b(?:answer|response|output|candidate|text|reply)[ _-]?(?:b|2|two)\b|^b$/i],
  ["facts", /\bfacts?\b|\bclaims?\b/i],
  ["rules", /guidelines?|\brules?\b|criteria|criterion|rubric|requirements?/i],
  ["expected", /expected|reference|\bcorrect\b|\bgold|ground.?truth|\bideal\b|\btarget\b|\btruth\b/i],
  ["actual", /actual|answer|response|output|reply|submission|candidate|completion|prediction|generated/i],
  ["input", /input|question|query|request|prompt|context|document|\btext\b/i],
];

/** Undefined when the request asks for no verdict on an answer. */
export function readJudgement(request: OfflineRequest): JudgementReading | undefined {
  const whole = request.messages
    .filter(({ role }) => role !== "assistant")
    .map(messageText)
    .join("\n\n");
  if (!judging.test(whole) || !aboutAnswers.test(whole)) return undefined;
  const layout = readLayout(whole);
  const form = readJudgeForm(layout.frame) ?? shownForm(layout.sections);
  if (form === undefined || !judging.test(layout.frame)) return undefined;
  const texts = new Map<Slot, string>();
  for (const section of layout.sections) {
    const slot = slotOf(section);
    if (slot !== undefined && !texts.has(slot)) texts.set(slot, section.body);
  }
  if (texts.size < 2)
    for (const [slot, text] of inlineTexts(layout.frame)) if (!texts.has(slot)) texts.set(slot, text);
  const [a, b] = [texts.get("a"), texts.get("b")];
  if (texts.get("actual") === undefined && (a === undefined || b === undefined)) return undefined;
  const listed = texts.get("facts") ?? texts.get("rules");
  return {
    form,
    input: texts.get("input"),
    expected: texts.get("expected"),
    actual: texts.get("actual"),
    pair: a === undefined || b === undefined ? undefined : [a, b],
    items: listed === undefined ? [] : itemsOf(listed),
    areFacts: texts.has("facts"),
    isFormStrict: /\bsame format\b|\bformat (?:must|has to) (?:agree|match)/i.test(layout.frame),
  };
}

/** A form shown in a fence of its own. */
function shownForm(sections: readonly Section[]): JudgeForm | undefined {
  const shown = sections.findLast(
    (one) => one.fence !== undefined && slotOf(one) === undefined && /"\w+"\s*:/.test(one.body),
  );
  return shown === undefined ? undefined : readJudgeForm(shown.body);
}

function slotOf(section: Section): Slot | undefined {
  const lines = section.title.split("\n").map((line) => line.replace(/^#+\s*|[:*_]+/g, " ").trim());
  for (const line of lines.toReversed()) {
    const slot = slots.find(([, pattern]) => pattern.test(line))?.[0];
    if (slot !== undefined) return slot;
  }
  return undefined;
}

function inlineTexts(frame: string): [Slot, string][] {
  const [record] = readRecords(frame);
  if (record === undefined) return [];
  const found: [Slot, string][] = [
    ["input", record.input],
    ["expected", record.expected],
    ["actual", record.output],
  ];
  return found.filter(([, text]) => text !== "");
}

function itemsOf(text: string): string[] {
  const numbered = text.split("\n").filter((line) => /^\s*(?:\d+[.)]|[-*•])\s+/.test(line));
  const lines = numbered.length > 0 ? numbered : text.split("\n");
  return lines
    .map((line) => line.replace(/^\s*(?:\d+[.)]|[-*•])\s+/, "").trim())
    .filter((line) => line !== "");
}
