import type { EngineEvent } from "../../../src/contracts/events.ts";
import { messageText } from "../../../src/core/prompt/message.ts";
import { variablesIn } from "../../../src/core/template/template-variables.ts";
import type { Lesson } from "./lesson.ts";
import type { LessonRun } from "./lesson-lab.ts";

/** What a reply is worth, best first. */
export const replyKinds = [
  "usable",
  "unchanged",
  "echo",
  "answer",
  "placeholder",
  "lost variables",
  "cut off",
  "no text",
] as const;
export type ReplyKind = (typeof replyKinds)[number];

/** The kind of a reply, and the text that the engine took from it, if any. */
export interface ClassifiedReply {
  readonly kind: ReplyKind;
  readonly text?: string;
  /** The engine's reason why it did not use the reply. */
  readonly reason?: string;
}

/**
 * What the engine made of a reply, by its events. A text that the engine accepts is not usable if it repeats the
 * request, is an answer to one of the rows, or a placeholder.
 */
export function classifyReply(lesson: Lesson, { request, reply, events }: LessonRun): ClassifiedReply {
  const text = acceptedText(events);
  const about = { ...(text === undefined ? {} : { text }), ...reasonOf(events) };
  const written = text ?? reply?.text ?? "";
  const asked = request?.messages.map(messageText).join("\n") ?? "";
  if (repeatsRequest(written, asked, lesson)) return { kind: "echo", ...about };
  const core = withoutInputLines(written);
  if (isPlaceholder(core)) return { kind: "placeholder", ...about };
  if (isAnswer(core, lesson)) return { kind: "answer", ...about };
  if (text !== undefined && !isSameText(text, lesson.text)) return { kind: "usable", ...about };
  if (reply?.isCutOff === true) return { kind: "cut off", ...about };
  if (isUnchanged(events, lesson)) return { kind: "unchanged", ...about };
  const variables = variablesIn(lesson.text);
  const lost = variables.some((name) => about.reason?.includes(`{{${name}}}`) === true);
  return { kind: lost ? "lost variables" : "no text", ...about };
}

function acceptedText(events: readonly EngineEvent[]): string | undefined {
  const proposed = events.find((event) => event.type === "candidate-proposed");
  return proposed === undefined ? undefined : Object.values(proposed.texts).join("\n");
}

function reasonOf(events: readonly EngineEvent[]): { readonly reason?: string } {
  const refusal = events.findLast(
    (event) =>
      event.type === "reply-refused" ||
      event.type === "reflection-failed" ||
      (event.type === "candidate-rejected" && event.candidate === undefined),
  );
  return refusal !== undefined && "reason" in refusal ? { reason: refusal.reason } : {};
}

function isUnchanged(events: readonly EngineEvent[], lesson: Lesson): boolean {
  return events.some((event) => {
    if (event.type === "candidate-rejected" && event.texts !== undefined)
      return isSameText(Object.values(event.texts).join("\n"), lesson.text);
    return event.type === "reply-refused" && /same text|unchanged/i.test(`${event.cause} ${event.reason}`);
  });
}

function isSameText(one: string, other: string): boolean {
  return one.replace(/\s+/g, " ").trim() === other.replace(/\s+/g, " ").trim();
}

const shortestLine = 30;

/**
 * Two lines of the request that belong neither to the prompt nor to its rows, one of its headings, or little else
 * than such a line.
 */
function repeatsRequest(written: string, asked: string, lesson: Lesson): boolean {
  const own = [
    lesson.text,
    ...lesson.outcomes.flatMap(({ example, output }) => [
      ...Object.values(example.inputs).map(String),
      example.expected ?? "",
      output ?? "",
    ]),
  ].join("\n");
  const wanted = asked.split("\n").map((line) => line.trim());
  const foreign = new Set(
    wanted.filter((line) => (line.length >= shortestLine || /^#+ \w/.test(line)) && !own.includes(line)),
  );
  const lines = withoutInputLines(written)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const copied = lines.filter((line) => foreign.has(line));
  return copied.length >= 2 || copied.length * 2 > lines.length || copied.some((line) => /^#+ \w/.test(line));
}

/** Nothing but dots, or one pair of brackets. */
function isPlaceholder(text: string): boolean {
  return /^(…|\.{3}).*(…|\.{3})$/.test(text) || /^(<[^<>\n]*>|\[[^[\]\n]*\]|\.{3}|…)$/.test(text);
}

/** The expected answer of a row, or what the assistant answered. */
function isAnswer(text: string, { outcomes }: Lesson): boolean {
  const answers = outcomes.flatMap(({ example, output }) => [example.expected ?? "", output ?? ""]);
  return text !== "" && answers.some((answer) => answer.trim().toLowerCase() === text.toLowerCase());
}

/** Without fences and the lines that hold a variable. */
function withoutInputLines(text: string): string {
  return text
    .split("\n")
    .filter((line) => !/^\s*`{3,}/.test(line) && !/\{\{\s*\w+\s*\}\}/.test(line))
    .join("\n")
    .trim();
}
