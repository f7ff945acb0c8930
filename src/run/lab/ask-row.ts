import type { Agent } from "../../contracts/agent.ts";
import type { Completion, CompletionRequest } from "../../contracts/language-model.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import type { AnswerKind } from "../../core/answer/answer.ts";
import type { Example } from "../../core/data/example.ts";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import { AgentError, TemplateStoppedError } from "../../core/errors.ts";
import { type PromptTexts, templatesOf } from "../../core/prompt/candidate.ts";
import type { ChatMessage, ToolCall } from "../../core/prompt/message.ts";
import { readRowTemplate } from "../../core/template/row-template.ts";
import type { ReadTemplate } from "../../core/template/template.ts";
import { costUsd, type Price, type TokenUsage } from "../../core/usage.ts";
import type { Amount } from "../budget/amount.ts";
import { limitReason } from "../budget/output-limits.ts";
import { priceOf } from "../budget/worst-case.ts";
import { toRecordJson } from "../record/record-json.ts";
import { type Charging, chargedModel, questionKey } from "./charged-model.ts";
import type { AnswerCost, EvaluationContext } from "./evaluation-context.ts";

/** The answer for one row, before it is scored. */
export interface TargetAnswer {
  readonly output: string;
  /** Absent for an application's answer. */
  readonly answer?: AnswerKind;
  /** Description of the built-in limit that cut the answer off. */
  readonly cutOffReason?: string;
  readonly toolCalls: readonly ToolCall[];
  readonly trace?: JsonValue;
  readonly latencyMs: number;
  readonly cost?: AnswerCost;
  readonly isToolLimited?: true;
}

/** One call of the target with the candidate's prompt. */
export async function askTarget(
  evaluation: EvaluationContext,
  texts: PromptTexts,
  example: Example,
  options: Charging,
): Promise<TargetAnswer> {
  const model = chargedModel(evaluation, evaluation.target, options);
  const tools = evaluation.plan.agent.tools;
  const completion = await model.complete({
    messages: renderPrompt(evaluation.plan, texts, example),
    ...(tools.length === 0 ? {} : { parameters: { tools } }),
  });
  evaluation.tally?.note(evaluation.target.modelChain[0], completion);
  const { text, kind, toolCalls, latencyMs, usage, answeredBy } = completion;
  const price = completion.price ?? priceOf(evaluation.target.modelChain, answeredBy);
  return {
    output: text,
    ...(kind === undefined ? {} : { answer: kind }),
    ...(kind === "cut_off" ? cutOffOf(completion, evaluation.target.modelChain[0]) : {}),
    toolCalls,
    latencyMs,
    ...costOf(usage, price),
  };
}

function cutOffOf(
  { isToolLimited }: Completion,
  { key, outputLimit }: ModelSpec,
): Pick<TargetAnswer, "isToolLimited" | "cutOffReason"> {
  if (isToolLimited !== true) return {};
  return {
    isToolLimited,
    ...(outputLimit === undefined ? {} : { cutOffReason: limitReason(key, outputLimit) }),
  };
}

/** The messages of the only prompt, rendered with a row's values. */
function renderPrompt(plan: OptimizationPlan, texts: PromptTexts, example: Example): readonly ChatMessage[] {
  return templatesRead(plan, texts).flatMap((template) => template.render(example.inputs));
}

/** Templates are parsed once for all rows. */
const readTexts = new WeakMap<PromptTexts, { plan: OptimizationPlan; templates: readonly ReadTemplate[] }>();

function templatesRead(plan: OptimizationPlan, texts: PromptTexts): readonly ReadTemplate[] {
  const known = readTexts.get(texts);
  if (known?.plan === plan) return known.templates;
  const byKey = templatesOf(plan.prompts, texts);
  const templates = plan.prompts.map((prompt) =>
    givingUp(readRowTemplate(byKey[prompt.key] ?? prompt.template, prompt.templateLanguage)),
  );
  readTexts.set(texts, { plan, templates });
  return templates;
}

/**
 * After this many rows on which a template was stopped, it is not rendered again: each costs a second in
 * which nothing else runs.
 */
const mostStops = 3;

function givingUp({ variables, render }: ReadTemplate): ReadTemplate {
  let stops = 0;
  let last: TemplateStoppedError | undefined;
  return {
    variables,
    render(inputs) {
      if (last !== undefined && stops >= mostStops)
        throw new TemplateStoppedError(
          `${last.message}; after ${mostStops} such rows the template is not rendered for the others`,
          { hint: last.hint },
        );
      try {
        return render(inputs);
      } catch (error) {
        if (error instanceof TemplateStoppedError) {
          stops++;
          last = error;
        }
        throw error;
      }
    },
  };
}

/** Calls the user's application with the candidate's prompts. */
export async function askAgent(
  evaluation: EvaluationContext,
  agent: Agent,
  texts: PromptTexts,
  example: Example,
  { repeat, role, account }: Charging,
): Promise<TargetAnswer> {
  const [spec] = evaluation.target.modelChain;
  const input = {
    inputs: example.inputs,
    prompts: templatesOf(evaluation.plan.prompts, texts),
    model: describeModel(spec),
  };
  const key = questionKey(["agent", input, repeat]);
  const call = { role, key, price: spec.price };
  const onUnused: CompletionRequest["onUnused"] = (attempt) => {
    account.reservation.charge(evaluation.meter.bookUnused(call, attempt));
    return true;
  };
  const use = (charged: Amount): void => {
    account.reservation.charge(charged);
    account.onUse(key, charged);
  };
  const answer = await agent
    .run(input, {
      signal: evaluation.signal,
      repeat,
      onUnused,
      onRetry: () => evaluation.meter.bookRetry(role),
    })
    .catch((error: unknown) => {
      if (error instanceof AgentError && !evaluation.signal.aborted) use(evaluation.meter.bookFailed(call));
      throw error;
    });
  use(evaluation.meter.book(call, answer));
  return { toolCalls: [], ...answer, ...costOf(answer.usage, spec.price) };
}

function costOf(usage: TokenUsage | undefined, price: Price | undefined): Pick<TargetAnswer, "cost"> {
  if (usage === undefined) return {};
  return { cost: { outputTokens: usage.outputTokens, usd: costUsd(usage, price) } };
}

/** The target model as described to an application, without its key. */
export function describeModel(spec: ModelSpec): JsonObject {
  return {
    name: spec.name,
    provider: spec.provider,
    ...(spec.baseUrl === undefined ? {} : { base_url: spec.baseUrl }),
    parameters: toRecordJson(spec.parameters),
  };
}
