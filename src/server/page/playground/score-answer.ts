import { digestOf } from "../../../core/data/digest.ts";
import { isDaoOptError } from "../../../core/errors.ts";
import type { ToolCall } from "../../../core/prompt/message.ts";
import { createCatalog } from "../../../plugins/catalog.ts";
import { createScorer } from "../../../scorers/create-scorer.ts";
import { builtinScorers } from "../../../scorers/index.ts";
import type { PlaygroundRow } from "./dataset-rows.ts";

/** Rules that need no options and no judge. */
export const playgroundScorers = [
  "exact_match",
  "label",
  "contains",
  "numeric",
  "similarity",
  "json_fields",
] as const;

const catalog = createCatalog({ scorer: builtinScorers, model: {}, optimizer: {} });

interface AnswerScore {
  readonly score: number | undefined;
  readonly feedback: string | undefined;
}

/** The score of an answer; its feedback is the reason why there is none. */
export async function scoreAnswer(
  name: string,
  { inputs, expected }: PlaygroundRow,
  { output, toolCalls }: { readonly output: string; readonly toolCalls: readonly ToolCall[] },
): Promise<AnswerScore> {
  if (expected === undefined || expected === "")
    return { score: undefined, feedback: "not scored: no expected answer" };
  if (!(playgroundScorers as readonly string[]).includes(name))
    return { score: undefined, feedback: undefined };
  try {
    const scorer = await createScorer([{ use: name, options: {}, weight: 1 }], catalog, ".");
    const example = {
      id: digestOf(inputs).slice(0, 16),
      inputs,
      expected,
      expectations: {},
      tags: {},
      origin: { file: "playground" },
    };
    const { value, feedback } = await scorer.score({ example, output, toolCalls });
    return { score: value, feedback };
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    return { score: undefined, feedback: `not scored: ${error.message}` };
  }
}
