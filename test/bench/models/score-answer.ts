/** Scores an answer 0 … 1. Written apart from the scorers of dao-opt, whose results it checks. */
export type ScoreAnswer = (answer: string, expected: string) => number;

/** 1 if the answer is the expected one, but for white space around it. */
export const exactScore: ScoreAnswer = (answer, expected) => (answer.trim() === expected.trim() ? 1 : 0);

/**
 * Share of the expected JSON that the answer has: each top-level key counts the same, a nested object by the
 * share of its own keys. 0 if the answer is not a JSON object.
 */
export const jsonScore: ScoreAnswer = (answer, expected) => {
  try {
    return shareRight(JSON.parse(answer), JSON.parse(expected));
  } catch {
    return 0;
  }
};

function shareRight(given: unknown, wanted: unknown): number {
  if (!isRecord(wanted)) return given === wanted ? 1 : 0;
  if (!isRecord(given)) return 0;
  const keys = Object.keys(wanted);
  return keys.reduce((sum, key) => sum + shareRight(given[key], wanted[key]), 0) / keys.length;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
