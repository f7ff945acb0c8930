import { hasNegation, loadedWords } from "../lexicon.ts";
import { contentStems } from "../stems.ts";
import type { Reading } from "../task/reading.ts";
import { mentions } from "../task/sentences.ts";
import { arePolar, polarityOf } from "../task/sentiment.ts";
import { cueWords, hint, type OfflineLesson, rule } from "./lesson.ts";
import type { FailureRecord } from "./reflection-reading.ts";

/** Picks one of several wordings. */
export type Phrase = (variants: readonly string[]) => string;

/**
 * Lessons from failures of a labeling task: format, labels, the meaning of neutral, mixed texts, negation, hints.
 */
export function labelLessons(
  records: readonly FailureRecord[],
  reading: Reading,
  phrase: Phrase,
): OfflineLesson[] {
  const labels = allLabels(records, reading);
  const failures = records.filter(isFailure);
  const wrong = failures.filter((one) => mentionedLabel(one.output, labels) !== one.expected.toLowerCase());
  const chatty = failures.filter((one) => one.output !== "" && !wrong.includes(one));
  const talkative = failures.filter(
    (one) => one.output.split(/\s+/).length > one.expected.split(/\s+/).length + 1,
  );
  const lessons: OfflineLesson[] = [];
  if (!reading.format.isBare && chatty.length + talkative.length > 0)
    lessons.push(rule(chatty.length + talkative.length / 2, formatLine(labels, phrase)));
  const unlisted = labels.filter(
    (label) => !reading.labels.some((known) => known.toLowerCase() === label.toLowerCase()),
  );
  if (unlisted.length > 0) lessons.push(rule(wrong.length + 1, labelLine(labels)));
  if (arePolar(labels)) lessons.push(...polarLessons(wrong, labels, reading, phrase));
  else lessons.push(...hintLessons(wrong, records, reading));
  return lessons;
}

function isFailure(record: FailureRecord): boolean {
  if (record.expected !== "" && record.output !== "") return record.expected !== record.output;
  return record.score === "" || Number.parseFloat(record.score) < 1;
}

function allLabels(records: readonly FailureRecord[], reading: Reading): string[] {
  const labels = new Map(reading.labels.map((label) => [label.toLowerCase(), label]));
  for (const { expected } of records)
    if (expected !== "" && !labels.has(expected.toLowerCase())) labels.set(expected.toLowerCase(), expected);
  return [...labels.values()];
}

/** The label that an answer settles on: its last mention. */
function mentionedLabel(output: string, labels: readonly string[]): string | undefined {
  const low = output.toLowerCase();
  const mentioned = labels.filter((label) => mentions(output, label)).map((label) => label.toLowerCase());
  return mentioned.sort(
    (one, other) => low.lastIndexOf(other) - low.lastIndexOf(one) || other.length - one.length,
  )[0];
}

function formatLine(labels: readonly string[], phrase: Phrase): string {
  const isLower = labels.every((label) => label === label.toLowerCase());
  const letters = isLower ? " in lower case," : "";
  return phrase([
    `Reply with the label only,${letters} without any other words or punctuation.`,
    `Answer with exactly one of the labels and nothing else,${letters} no sentence, no explanation.`,
    `Your whole answer must be the bare label,${letters} nothing more.`,
  ]);
}

function labelLine(labels: readonly string[]): string {
  if (labels.length > 8)
    return ["Choose one of these labels:", ...labels.map((label) => `- ${label}`)].join("\n");
  return `Choose one of: ${labels.map((label) => `'${label}'`).join(", ")}.`;
}

function polarLessons(
  wrong: readonly FailureRecord[],
  labels: readonly string[],
  reading: Reading,
  phrase: Phrase,
): OfflineLesson[] {
  const neutral = labels.find((label) => polarityOf(label) === "neutral");
  const isNeutral = (one: FailureRecord): boolean =>
    neutral !== undefined && one.expected.toLowerCase() === neutral.toLowerCase();
  const missed = wrong.filter(isNeutral);
  const others = wrong.filter((one) => !isNeutral(one));
  const mixed = others.filter(
    ({ input }) => loadedWords(input).some((one) => one > 0) && loadedWords(input).some((one) => one < 0),
  );
  const negated = others.filter(({ input }) => hasNegation(input));
  const lessons: OfflineLesson[] = [];
  if (neutral !== undefined && missed.length > 0 && !reading.rules.neutral)
    lessons.push(
      rule(
        missed.length,
        phrase([
          `Use '${neutral}' for plain facts, questions, news and everyday statements without a clear opinion.`,
          `'${neutral}' means that the text states no clear feeling: facts, plans, links, questions.`,
        ]),
      ),
    );
  if (mixed.length > 0 && reading.rules.mixed === undefined)
    lessons.push(
      rule(
        mixed.length,
        phrase([
          "If a text has both good and bad points, judge it as a whole and take the stronger side.",
          "For mixed feelings decide by the overall impression, not by the first strong word.",
        ]),
      ),
    );
  if (negated.length > 0 && !reading.rules.negation)
    lessons.push(
      rule(
        negated.length * 0.8,
        phrase([
          'Mind negation: "not good" is negative, "not bad" is not.',
          "Take care of negation words; they turn the meaning of what follows.",
        ]),
      ),
    );
  return lessons;
}

const mostHints = 5;

/** The meaning of the labels missed most, by the words that distinguish their texts from the others. */
function hintLessons(
  wrong: readonly FailureRecord[],
  records: readonly FailureRecord[],
  reading: Reading,
): OfflineLesson[] {
  const missed = new Map<string, number>();
  for (const { expected } of wrong.filter((one) => one.expected !== ""))
    missed.set(expected, (missed.get(expected) ?? 0) + 1);
  const worst = [...missed].sort((one, other) => other[1] - one[1]).slice(0, mostHints);
  const lines = worst.flatMap(([label]) => {
    const known = new Set([
      ...contentStems(label.replace(/[_-]/g, " ")),
      ...(reading.definitions.get(label.toLowerCase()) ?? []),
    ]);
    const own = records.filter(({ expected }) => expected === label).map(({ input }) => input);
    const others = records.filter(({ expected }) => expected !== label).map(({ input }) => input);
    const words = cueWords(own, others, 6, known);
    return words.length === 0 ? [] : [hint(`- ${label}:`, words)];
  });
  return lines.length === 0 ? [] : [{ weight: wrong.length, lines }];
}
