import { canonicalJson } from "../../core/data/digest.ts";
import { createRandom, type Random } from "../../core/random.ts";
import { type OfflineRequest, strengthOf } from "../request.ts";
import { readInstruction } from "../task/read-instruction.ts";
import type { Reading } from "../task/reading.ts";
import type { FailureRecord } from "./failure-record.ts";
import { jsonLessons, parseObject } from "./json-lessons.ts";
import { labelLessons, type Phrase } from "./label-lessons.ts";
import { type OfflineLesson, rule } from "./lesson.ts";
import { mergeTexts } from "./merge-texts.ts";
import type { ReflectionReading } from "./reflection-reading.ts";
import { wrapReply } from "./wrap-reply.ts";
import { writeInstruction } from "./write-instruction.ts";

/** The reply to a request for a better prompt. What it learns and where it slips hangs on the request's words. */
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

/** One plain word behind a fence may be a language as well as a name. */
function properName(title: string): string {
  return /\b[\w-]+#\d+:\w+\b|\b[a-z]\w*_\w+\b/.exec(title)?.[0] ?? "";
}

function lessonsFor({ current, records, others }: ReflectionReading, random: Random): OfflineLesson[] {
  const stated = readInstruction(others === "" ? current : `${others}\n${current}`);
  const phrase: Phrase = (variants) => random.pick(variants);
  const json = records.filter(({ expected }) => parseObject(expected) !== undefined);
  if (json.length > 0) return jsonLessons(json, stated, phrase);
  const short = records.filter(
    ({ expected }) => expected !== "" && expected.split(/\s+/).length <= 5 && !expected.includes("\n"),
  );
  if (short.length > 0)
    return [...labelLessons(short, stated, phrase), ...ownLessons(stated, records, phrase)];
  return ownLessons(stated, records, phrase);
}

/** What can be said without any failure to learn from: how to answer, as far as the prompt shows it. */
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
