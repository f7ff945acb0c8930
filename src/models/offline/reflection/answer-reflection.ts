import { canonicalJson } from "../../../core/digest.ts";
import { createRandom, type Random } from "../../../core/random.ts";
import { type OfflineRequest, strengthOf } from "../request.ts";
import { readInstruction } from "../task/read-instruction.ts";
import type { Reading } from "../task/reading.ts";
import { jsonLessons, parseObject } from "./json-lessons.ts";
import { labelLessons, type Phrase } from "./label-lessons.ts";
import { type Lesson, rule } from "./lesson.ts";
import { mergeTexts } from "./merge-texts.ts";
import type { ReflectionReading } from "./read-reflection.ts";
import type { FailureRecord } from "./record-collector.ts";
import { wrapReply } from "./reply-form.ts";
import { writeInstruction } from "./write-instruction.ts";

/** The reply to a request for a better prompt. What it learns and where it slips hangs on the request's words. */
export function answerReflection(request: OfflineRequest, reading: ReflectionReading): string {
  const strength = strengthOf(request.model);
  const random = createRandom(canonicalJson([strength, request.messages, request.parameters]));
  if (reading.kind === "merge") {
    const merged = mergeTexts(reading.texts.map(({ text }) => text));
    return wrapReply({ merged }, reading.form);
  }
  const texts: Record<string, string> = {};
  for (const { name, text } of reading.texts) {
    const own = random.fork(name);
    const lessons = lessonsFor(text, reading, own).filter(
      ({ lines }) => !lines.some(({ text: line }) => reading.rejected.includes(line)) || own.next() < 0.3,
    );
    const { maxTokens } = reading;
    const rules = {
      locked: reading.locked,
      isCareful: reading.isRetry,
      ...(maxTokens === undefined ? {} : { maxTokens }),
    };
    texts[name === "" ? "prompt" : name] = writeInstruction(text, lessons, rules, strength, own);
  }
  return wrapReply(texts, reading.form);
}

function lessonsFor(text: string, { records, others }: ReflectionReading, random: Random): Lesson[] {
  const stated = readInstruction(others === "" ? text : `${others}\n${text}`);
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
function ownLessons(stated: Reading, records: readonly FailureRecord[], phrase: Phrase): Lesson[] {
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
