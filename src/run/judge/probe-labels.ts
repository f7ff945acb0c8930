import type { CompletionRequest, LanguageModel } from "../../contracts/language-model.ts";
import type { Scorer } from "../../contracts/scorer.ts";
import { isDaoOptError, type RowProblem, UsageError } from "../../core/errors.ts";
import { rowPlace } from "../../scorers/expected-answer.ts";
import type { Label } from "./labels/label.ts";

interface ProbedLabels {
  /** Labels whose answer the judge would be asked about; a scorer decides equal texts by itself. */
  readonly asked: readonly Label[];
  /** Labels that the scorer cannot score, whatever the judge answers. */
  readonly problems: readonly RowProblem[];
}

/** Runs a scorer over labels without calling its judge. */
export async function probeLabels(scorer: Scorer, labels: readonly Label[]): Promise<ProbedLabels> {
  const asked: Label[] = [];
  const problems: RowProblem[] = [];
  for (const label of labels) {
    const { example } = label;
    try {
      if ((await captureRequest(scorer, label)) !== undefined) asked.push(label);
    } catch (error) {
      if (!isDaoOptError(error)) throw error;
      problems.push({ ...example.origin, message: error.message.replace(`${rowPlace(example)}: `, "") });
    }
  }
  return { asked, problems };
}

/**
 * The messages of the first request that a scorer sends to its judge; undefined if it needs none. Rejects with
 * ScorerError if the scorer cannot score the label.
 */
export async function captureRequest(
  scorer: Scorer,
  { example, answer }: Label,
): Promise<CompletionRequest["messages"] | undefined> {
  try {
    await scorer.score({ example, output: answer, toolCalls: [], judge: silent });
    return undefined;
  } catch (error) {
    if (error instanceof SilentJudgeError) return error.messages;
    throw error;
  }
}

/** Shows that a scorer got as far as its judge. */
class SilentJudgeError extends UsageError {
  readonly messages: CompletionRequest["messages"];

  constructor(messages: CompletionRequest["messages"]) {
    super("a probe of labels does not call a judge");
    this.messages = messages;
  }
}

const silent: LanguageModel = {
  modelId: "none",
  provider: "none",
  complete: async ({ messages }) => {
    throw new SilentJudgeError(messages);
  },
};
