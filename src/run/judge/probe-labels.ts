import type { LanguageModel } from "../../contracts/language-model.ts";
import type { Scorer } from "../../contracts/scorer.ts";
import type { RowProblem } from "../../core/errors.ts";
import { isDaoOptError, UsageError } from "../../core/errors.ts";
import { rowPlace } from "../../scorers/expected-answer.ts";
import type { Label } from "./labels/label.ts";

interface ProbedLabels {
  /** Labels whose answer the judge would be asked about; a scorer decides equal texts by itself. */
  readonly asked: readonly Label[];
  /** Labels that the scorer cannot score, whatever the judge says. */
  readonly problems: readonly RowProblem[];
}

/** Runs a scorer over labels without calling its judge. */
export async function probeLabels(scorer: Scorer, labels: readonly Label[]): Promise<ProbedLabels> {
  const asked: Label[] = [];
  const problems: RowProblem[] = [];
  for (const label of labels) {
    const { example, answer } = label;
    try {
      await scorer.score({ example, output: answer, toolCalls: [], judge: silent });
    } catch (error) {
      if (error instanceof SilentJudgeError) asked.push(label);
      else if (!isDaoOptError(error)) throw error;
      else problems.push({ ...example.origin, message: error.message.replace(`${rowPlace(example)}: `, "") });
    }
  }
  return { asked, problems };
}

/** Shows that a scorer got as far as its judge. */
class SilentJudgeError extends UsageError {}

const silent: LanguageModel = {
  modelId: "none",
  provider: "none",
  complete: async () => {
    throw new SilentJudgeError("a probe of labels does not call a judge");
  },
};
