import { isJsonObject, type JsonValue, parsedObject } from "../../core/data/json.ts";
import { contentStems } from "../stems.ts";
import type { KeyReading, Reading } from "../task/reading.ts";
import { arePolar, polarityOf } from "../task/sentiment.ts";
import type { Phrase } from "./label-lessons.ts";
import { cueWords, hint, type OfflineLesson, rule } from "./lesson.ts";
import type { FailureRecord } from "./reflection-reading.ts";

/** An example whose expected answer is JSON; `output` is undefined if the actual answer is unreadable. */
interface JsonRecord {
  readonly input: string;
  readonly expected: Readonly<Record<string, JsonValue>>;
  readonly output: Readonly<Record<string, JsonValue>> | undefined;
  readonly isBare: boolean;
}

/** Lessons from failures of an extraction: bare JSON, how many flags, and the meaning of each value. */
export function jsonLessons(
  records: readonly FailureRecord[],
  reading: Reading,
  phrase: Phrase,
): OfflineLesson[] {
  const read = records.map(readJsonRecord).filter((one) => one !== undefined);
  const lessons: OfflineLesson[] = [];
  const dressed = read.filter(({ isBare }) => !isBare);
  if (dressed.length > 0 && !reading.format.isJsonBare)
    lessons.push(
      rule(
        dressed.length * 3,
        phrase([
          "Output only the JSON object, without a code fence and without any other text.",
          "Your complete message must be one bare JSON object; never enclose it in ``` marks, no explanation.",
        ]),
      ),
    );
  for (const key of keysOf(read, reading)) {
    lessons.push(
      ...(key.kind === "flags" ? flagLessons(read, key, reading) : enumLessons(read, key, reading, phrase)),
    );
  }
  return lessons;
}

function keysOf(records: readonly JsonRecord[], reading: Reading): readonly KeyReading[] {
  if (reading.keys.length > 0) return reading.keys.filter(({ kind }) => kind !== "free");
  const [first] = records;
  return Object.entries(first?.expected ?? {}).map(([name, value]) => {
    if (isJsonObject(value)) return { name, kind: "flags", values: Object.keys(value) };
    return {
      name,
      kind: "enum",
      values: [...new Set(records.map(({ expected }) => String(expected[name])))],
    };
  });
}

function enumLessons(
  records: readonly JsonRecord[],
  key: KeyReading,
  reading: Reading,
  phrase: Phrase,
): OfflineLesson[] {
  const missed = records.filter(
    (one) => one.output !== undefined && one.output[key.name] !== one.expected[key.name],
  );
  const lessons: OfflineLesson[] = [];
  const neutral = key.values.find((value) => polarityOf(value) === "neutral");
  const flattered = missed.filter(
    (one) =>
      neutral !== undefined &&
      one.expected[key.name] === neutral &&
      polarityOf(String(one.output?.[key.name])) === "positive",
  );
  if (arePolar(key.values) && flattered.length > 0 && !reading.rules.courtesy)
    lessons.push(
      rule(
        flattered.length * 1.5,
        phrase([
          `Polite phrases (greetings, thanks, "I hope this finds you well") do not count as praise for "${key.name}".`,
          `For "${key.name}" ignore courtesy such as thanks and greetings; a polite request is not positive by itself.`,
        ]),
      ),
    );
  for (const value of key.values) {
    const short = missed.filter((one) => one.expected[key.name] === value);
    if (short.length === 0) continue;
    const own = records.filter((one) => one.expected[key.name] === value).map(({ input }) => input);
    const others = records.filter((one) => one.expected[key.name] !== value).map(({ input }) => input);
    const known = new Set(reading.definitions.get(value.toLowerCase()) ?? []);
    const words = cueWords(own, others, 6, known);
    const start = `- "${key.name}" is "${value}" when the text mentions:`;
    if (words.length > 0) lessons.push({ weight: short.length, lines: [hint(start, words)] });
  }
  return lessons;
}

const countWords = ["one", "one", "two", "three", "four"];

function flagLessons(records: readonly JsonRecord[], key: KeyReading, reading: Reading): OfflineLesson[] {
  const flagsOf = (
    value: Readonly<Record<string, JsonValue>> | undefined,
  ): Readonly<Record<string, JsonValue>> => {
    const flags = value?.[key.name];
    return isJsonObject(flags) ? flags : {};
  };
  const countOf = (value: JsonRecord["output"]): number =>
    Object.values(flagsOf(value)).filter((flag) => flag === true).length;
  const answered = records.filter(({ output }) => output !== undefined);
  const lessons: OfflineLesson[] = [];
  const extra = answered.filter((one) => countOf(one.output) > countOf(one.expected));
  if (extra.length > 0 && reading.rules.maxFlags === undefined) {
    const usual = Math.round(
      records.reduce((sum, one) => sum + countOf(one.expected), 0) / Math.max(1, records.length),
    );
    const most = countWords[Math.min(4, Math.max(1, usual))] ?? "two";
    lessons.push(
      rule(
        extra.length * 2,
        `Set at most ${most} of the "${key.name}" flags to true: the best matching ones.`,
      ),
    );
  }
  for (const name of key.values) {
    const short = answered.filter(
      (one) => flagsOf(one.expected)[name] === true && flagsOf(one.output)[name] !== true,
    );
    if (short.length === 0) continue;
    const others = records.filter((one) => flagsOf(one.expected)[name] !== true).map(({ input }) => input);
    const own = records.filter((one) => flagsOf(one.expected)[name] === true).map(({ input }) => input);
    const known = new Set([
      ...contentStems(name.replace(/_/g, " ")),
      ...(reading.definitions.get(name.toLowerCase()) ?? []),
    ]);
    const words = cueWords(own, others, 5, known);
    const start = `- ${name}:`;
    if (words.length > 0) lessons.push({ weight: short.length * 0.7, lines: [hint(start, words)] });
  }
  return lessons;
}

function readJsonRecord(record: FailureRecord): JsonRecord | undefined {
  const expected = parsedObject(record.expected);
  if (expected === undefined) return undefined;
  const bare = record.output.trim();
  const inside = /\{[\s\S]*\}/.exec(bare)?.[0] ?? "";
  return { input: record.input, expected, output: parsedObject(inside), isBare: bare === inside };
}
