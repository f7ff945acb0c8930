/** Scores an answer 0 … 1. Written apart from the scorers of dao-opt, whose results it checks. */
export type ScoreAnswer = (answer: string, expected: string) => number;

/** 1 if the answer is the expected one, but for white space around it. */
export const exactScore: ScoreAnswer = (answer, expected) => (answer.trim() === expected.trim() ? 1 : 0);

/**
 * Share of the expected JSON's values that the answer has at the same place; nested objects count by their values.
 * 0 if the answer is not a JSON object.
 */
export const jsonScore: ScoreAnswer = (answer, expected) => {
  try {
    const given = JSON.parse(answer) as unknown;
    const marks = marksOf(given, JSON.parse(expected));
    return isRecord(given) ? marks.filter(Boolean).length / marks.length : 0;
  } catch {
    return 0;
  }
};

/** Whether each value is right. */
function marksOf(given: unknown, wanted: unknown): readonly boolean[] {
  if (!isRecord(wanted)) return [given === wanted];
  return Object.keys(wanted).flatMap((key) => marksOf(isRecord(given) ? given[key] : undefined, wanted[key]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
