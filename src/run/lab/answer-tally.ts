import type { Completion } from "../../contracts/language-model.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import {
  countAnswer,
  describeMissing,
  type MissingCounts,
  noAnswers,
} from "../../core/answer/describe-missing.ts";

/** Counts what the answers to rows were, model by model. */
export interface AnswerTally {
  note(spec: ModelSpec, completion: Completion): void;
  /** A line for each kind of missing answer, with its number and the likely cause. */
  readonly lines: readonly string[];
}

export function createAnswerTally(): AnswerTally {
  const byModel = new Map<string, { readonly spec: ModelSpec; readonly counts: MissingCounts }>();
  return {
    note(spec, completion) {
      const counts = byModel.get(spec.key)?.counts ?? noAnswers;
      byModel.set(spec.key, { spec, counts: countAnswer(counts, completion) });
    },
    get lines() {
      return [...byModel.values()].flatMap(({ spec, counts }) => {
        const { maxTokens } = spec.parameters;
        return describeMissing(counts, {
          model: spec.key,
          ...(maxTokens === undefined ? {} : { maxTokens }),
        });
      });
    },
  };
}
