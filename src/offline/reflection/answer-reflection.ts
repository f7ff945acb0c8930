import { canonicalJson } from "../../core/data/digest.ts";
import { parsedObject } from "../../core/data/json.ts";
import { createRandom, type Random } from "../../core/random.ts";
import { type OfflineRequest, strengthOf } from "../request.ts";
import { normalizedWords } from "../stems.ts";
import { readInstruction } from "../task/read-instruction.ts";
import type { Reading } from "../task/reading.ts";
import { jsonLessons } from "./json-lessons.ts";
import { judgeLessons } from "./judge-lessons.ts";
import { labelLessons, type Phrase } from "./label-lessons.ts";
import { hint, type OfflineLesson, rule } from "./lesson.ts";
import { readFormRequest } from "./read-form-request.ts";
import { readLooseRequest } from "./read-loose-request.ts";
import type { FailureRecord, ReflectionReading } from "./reflection-reading.ts";
import { addLessonLine, variable, writeInstruction } from "./write-instruction.ts";

/** The reply to a request for a better prompt. The lessons and mistakes depend on the request's text. */
export function answerReflection(request: OfflineRequest, reading: ReflectionReading): string {
  const strength = strengthOf(request.model);
  const random = createRandom(canonicalJson([strength, request.messages, request.parameters]));
  const { current, versions, fence } = reading;
  if (versions.length > 0) return wrapReply(mergeTexts([current, ...versions]), fence);
  const own = random.fork(properName(reading.name));
  const lessons = lessonsFor(reading, own).filter(
    ({ lines }) => !lines.some(({ text }) => reading.rejected.includes(text)) || own.next() < 0.3,
  );
  const { locked, isRetry: isCareful, maxTokens } = reading;
  const rules = { locked, isCareful, ...(maxTokens === undefined ? {} : { maxTokens }) };
  return wrapReply(writeInstruction(current, lessons, rules, strength, own), fence);
}

/** A single plain word after a fence may be a language instead of a name. */
function properName(title: string): string {
  return /\b[\w-]+#\d+:\w+\b|\b[a-z]\w*_\w+\b/.exec(title)?.[0] ?? "";
}

function lessonsFor({ current, records, others }: ReflectionReading, random: Random): OfflineLesson[] {
  const stated = readInstruction(others === "" ? current : `${others}\n${current}`);
  const phrase: Phrase = (variants) => random.pick(variants);
  const judged = judgeLessons(records, current, phrase);
  if (judged !== undefined) return [...judged];
  const json = records.filter(({ expected }) => parsedObject(expected) !== undefined);
  if (json.length > 0) return jsonLessons(json, stated, phrase);
  const short = records.filter(
    ({ expected }) => expected !== "" && expected.split(/\s+/).length <= 5 && !expected.includes("\n"),
  );
  if (short.length > 0)
    return [...labelLessons(short, stated, phrase), ...ownLessons(stated, records, phrase)];
  return ownLessons(stated, records, phrase);
}

/** Lessons that need no failure: how to answer, as far as the prompt shows it. */
function ownLessons(stated: Reading, records: readonly FailureRecord[], phrase: Phrase): OfflineLesson[] {
  if (records.length > 0) return [];
  if (stated.format.wantsJson && !stated.format.isJsonBare)
    return [rule(1, "Output only the JSON object, without a code fence and without any other text.")];
  if (stated.labels.length > 1 && !stated.format.isBare)
    return [
      rule(
        1,
        phrase([
          "Reply with the label only, nothing else.",
          "Answer with exactly one of the labels, no explanation.",
        ]),
      ),
    ];
  return [];
}

/**
 * Reads a request by its fences, names and variables, regardless of wording. Undefined if it does not ask for a
 * new prompt. Throws ModelError if it does but the input of the rewrite is unreadable.
 */
export function readReflectionRequest(request: OfflineRequest): ReflectionReading | undefined {
  return readFormRequest(request) ?? readLooseRequest(request);
}

/** Wraps the text in a fence that it cannot close, at least as long as the requested one. */
function wrapReply(text: string, asked: string): string {
  const mark = asked.charAt(0);
  const runs = text.match(new RegExp(`^[ \\t]*${mark}{3,}`, "gm")) ?? [];
  const longest = runs.reduce((most, run) => Math.max(most, run.trim().length + 1), asked.length);
  const fence = mark.repeat(longest);
  return `${fence}\n${text}\n${fence}`;
}

/** The first version plus every statement of the others that adds something; filler is omitted. */
function mergeTexts(versions: readonly string[]): string {
  const [first = "", ...others] = versions;
  return others.reduce(mergeTwo, first);
}

function mergeTwo(base: string, other: string): string {
  let merged = base;
  for (const line of other.split("\n")) {
    const words = normalizedWords(line);
    if (words === "" || variable.test(line) || normalizedWords(merged).includes(words)) continue;
    const match = /^(- [^:]+:)\s*(.+)$/.exec(line.trim());
    const next = addLessonLine(
      merged,
      match === null ? { text: line } : hint(match[1] ?? "", (match[2] ?? "").split(/,\s*/)),
    );
    if (statementsIn(next) !== statementsIn(merged)) merged = next;
  }
  return merged;
}

function statementsIn(text: string): string {
  const { text: _, definitions, ...rest } = readInstruction(text);
  return canonicalJson([rest, [...definitions]]);
}
