import type { MissingContent } from "../../contracts/optimizer.ts";
import type { Score } from "../../contracts/scorer.ts";
import type { Example } from "../../core/data/example.ts";
import { AgentError, BudgetError, type DaoOptError, isDaoOptError, ModelError } from "../../core/errors.ts";
import type { PromptTexts } from "../../core/prompt/candidate.ts";
import { boundTokens } from "../../core/usage.ts";
import { plus, type WorstCase } from "../budget/amount.ts";
import { worstCall, worstJudging } from "../budget/worst-case.ts";
import { askAgent, askTarget, type TargetAnswer } from "./ask-row.ts";
import { type Charging, chargedModel } from "./charged-model.ts";
import type { EvaluationContext, MeasuredOutcome, RolloutBounds } from "./evaluation-context.ts";

/** The sample numbers of a rollout. */
interface RolloutOptions extends Charging {
  /** Sample number of the judge's verdict, if it differs from the answer's. */
  readonly judgeRepeat?: number;
}

/** The maximum number of tokens of all fields of a row. */
export function rowBound({ inputs, expectations, expected }: Example): number {
  return boundTokens(JSON.stringify([inputs, expectations, expected ?? ""]));
}

/** The maximum cost of one rollout, including the judge and its retries. */
export function worstRollout(evaluation: RolloutBounds, texts: PromptTexts, example: Example): WorstCase {
  return worstRollouts(evaluation, texts)(rowBound(example));
}

/** The same for many rows, by the maximum number of their tokens: the prompt is counted once. */
export function worstRollouts(
  { plan, target, judge, scorer }: RolloutBounds,
  texts: PromptTexts,
): (rowTokens: number) => WorstCase {
  const asked = [...Object.values(texts), JSON.stringify(plan.agent.tools)];
  const promptTokens = asked.reduce((sum, text) => sum + boundTokens(text), 0);
  return (rowTokens) => {
    const first = worstCall(target.modelChain, [], promptTokens + rowTokens);
    return { ...plus(first, worstJudging(scorer, judge.modelChain, rowTokens, target.modelChain)), first };
  };
}

/**
 * Runs one candidate on one example: render, call, score. An answer without usable content (cut off,
 * filtered, empty, an error of the user's application) scores 0; a row that cannot be answered or scored for
 * other reasons is an outcome with an error. Throws errors that concern the whole run (wrong key, Ctrl-C,
 * spent budget).
 */
export async function rollOut(
  evaluation: EvaluationContext,
  texts: PromptTexts,
  example: Example,
  options: RolloutOptions,
): Promise<MeasuredOutcome> {
  let answer: TargetAnswer | undefined;
  try {
    answer = await (evaluation.agent === undefined
      ? askTarget(evaluation, texts, example, options)
      : askAgent(evaluation, evaluation.agent, texts, example, options));
    const missing = missingContent(answer, example);
    if (missing !== undefined) {
      const { cutOffReason, ...found } = answer;
      const reason = missing === "cut_off" && cutOffReason !== undefined ? `, by ${cutOffReason}` : "";
      return { example, score: zero(`${missingReasons[missing]}${reason}`), missing, ...found };
    }
    const score = await evaluation.scorer.score({
      example,
      output: answer.output,
      toolCalls: answer.toolCalls,
      ...(answer.trace === undefined ? {} : { trace: answer.trace }),
      signal: evaluation.signal,
      judge: chargedModel(evaluation, evaluation.judge, {
        ...options,
        repeat: options.judgeRepeat ?? options.repeat,
        role: "judge",
      }),
    });
    return { example, score, ...answer };
  } catch (error) {
    evaluation.signal.throwIfAborted();
    // A spent budget is not a failure of the row.
    if (!isDaoOptError(error) || error instanceof BudgetError) throw error;
    if (endsTheRun(error)) {
      evaluation.abort(error);
      throw error;
    }
    if (error instanceof AgentError && !error.isInfrastructure) {
      return { example, score: zero(error.message), missing: "agent_error" };
    }
    const { code, message, hint } = error;
    return { example, error: { code, message, ...(hint === undefined ? {} : { hint }) }, ...answer };
  }
}

const missingReasons: Readonly<Record<Exclude<MissingContent, "agent_error">, string>> = {
  cut_off: "the answer was cut off by its length limit before it was complete",
  filtered: "the answer was withheld by a content filter",
  empty: "the answer is empty",
};

/** Undefined for an answer to score; an empty answer may be the expected one. */
function missingContent(
  { answer, output }: TargetAnswer,
  { expected }: Example,
): Exclude<MissingContent, "agent_error"> | undefined {
  if (answer === "cut_off" || answer === "filtered") return answer;
  if (answer !== "empty" || expected?.trim() === "" || output.trim() !== "") return undefined;
  return "empty";
}

function zero(feedback: string): Score {
  return { value: 0, feedback };
}

/** True for errors of the setup or the whole run, not of one row. */
export function endsTheRun(error: DaoOptError): boolean {
  if (error instanceof ModelError) return error.endsRun;
  return ["replay_missing", "interrupted", "store_failed", "queue_failed"].includes(error.code);
}
