import { formatScore } from "../../terminal/format.ts";
import { renderJunit } from "../../terminal/junit.ts";
import type { EvalOutput } from "./output.ts";

/** An evaluation as JUnit: a case for each prompt scored; what broke it off is the last one's error. */
export function renderEvalJunit({ evaluations, error }: EvalOutput): string {
  const cases = evaluations.flatMap(({ optimization, results }) =>
    results.map(({ ref, seconds, score, rows }) => ({
      name: ref,
      className: optimization,
      seconds,
      output: `score ${formatScore(score)} on ${rows} rows`,
    })),
  );
  const last = cases.length - 1;
  return renderJunit(
    "dao-opt eval",
    error === null ? cases : cases.map((one, at) => (at === last ? { ...one, error: error.message } : one)),
  );
}
