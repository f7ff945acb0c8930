import type { Agent } from "../../contracts/agent.ts";
import type { LanguageModel } from "../../contracts/language-model.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { Outcome } from "../../contracts/optimizer.ts";
import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import type { Scorer } from "../../contracts/scorer.ts";
import type { PromptTexts } from "../../core/candidate.ts";
import { type DaoOptError, isDaoOptError, ModelError } from "../../core/errors.ts";
import type { Example } from "../../core/example.ts";
import type { JsonObject, JsonValue } from "../../core/json.ts";
import { type ChatMessage, messageText, type ToolCall } from "../../core/message.ts";
import { templatesOf } from "../../core/prompt-texts.ts";
import { renderTemplate } from "../../core/template.ts";
import type { CallRole } from "../../core/usage.ts";
import type { Amount } from "../budget/amount.ts";
import { plus } from "../budget/amount.ts";
import type { Ticket } from "../budget/purse.ts";
import { worstCall, worstJudging } from "../budget/worst-case.ts";
import type { Meter } from "./meter.ts";

/** A live model with what is known of it. */
export interface LiveModel {
  readonly spec: ModelSpec;
  readonly model: LanguageModel;
}

/** Everything one answer and its score take. */
export interface Bench {
  readonly plan: OptimizationPlan;
  readonly target: LiveModel;
  readonly judge: LiveModel;
  readonly scorer: Scorer;
  /** The user's own application instead of one call of the target. */
  readonly agent?: Agent;
  readonly meter: Meter;
  readonly signal: AbortSignal;
  /** Ends the run at once: what is under way is dropped. */
  readonly abort: (reason: DaoOptError) => void;
}

/** An outcome with what its answer cost in time. */
export interface MeasuredOutcome extends Outcome {
  readonly latencyMs?: number;
}

interface Answer {
  readonly output: string;
  readonly toolCalls: readonly ToolCall[];
  readonly trace?: JsonValue;
  readonly latencyMs: number;
}

/** The most one rollout may cost, judge and its retries included. */
export function worstRollout(bench: Bench, texts: PromptTexts, example: Example): Amount {
  const { target, judge, scorer } = bench;
  const rowText = JSON.stringify([example.inputs, example.expectations, example.expected ?? ""]);
  const call = worstCall(target.spec, [
    ...Object.values(texts),
    rowText,
    JSON.stringify(bench.plan.agent.tools),
  ]);
  return plus(call, worstJudging(scorer, judge.spec, rowText, target.spec));
}

/**
 * One candidate on one example: render, ask, score. A row that cannot be answered or scored is an
 * outcome with an error; what concerns the whole run (wrong key, Ctrl-C) is thrown.
 */
export async function rollOut(
  bench: Bench,
  texts: PromptTexts,
  example: Example,
  options: { readonly repeat: number; readonly role: CallRole; readonly ticket: Ticket },
): Promise<MeasuredOutcome> {
  let answer: Answer | undefined;
  try {
    answer = await (bench.agent === undefined
      ? askTarget(bench, texts, example, options)
      : askAgent(bench, bench.agent, texts, example, options));
    const score = await bench.scorer.score({
      example,
      output: answer.output,
      toolCalls: answer.toolCalls,
      ...(answer.trace === undefined ? {} : { trace: answer.trace }),
      signal: bench.signal,
      judge: chargedModel(bench, bench.judge, "judge", options.ticket, options.repeat),
    });
    return { example, score, ...answer };
  } catch (error) {
    bench.signal.throwIfAborted();
    if (!isDaoOptError(error)) throw error;
    if (endsTheRun(error)) {
      bench.abort(error);
      throw error;
    }
    return { example, error: { code: error.code, message: error.message }, ...answer };
  }
}

/** Concerns the set-up or the whole run, not one row. */
export function endsTheRun(error: DaoOptError): boolean {
  if (error instanceof ModelError) return error.isFatal || error.kind === "aborted";
  return ["replay_missing", "interrupted", "store_failed", "plugin_invalid"].includes(error.code);
}

async function askTarget(
  bench: Bench,
  texts: PromptTexts,
  example: Example,
  options: { readonly repeat: number; readonly role: CallRole; readonly ticket: Ticket },
): Promise<Answer> {
  const model = chargedModel(bench, bench.target, options.role, options.ticket, options.repeat);
  const tools = bench.plan.agent.tools;
  const completion = await model.complete({
    messages: renderPrompt(bench.plan, texts, example),
    ...(tools.length === 0 ? {} : { parameters: { tools } }),
  });
  const { text, toolCalls, latencyMs } = completion;
  return { output: text, toolCalls, latencyMs };
}

/** The messages of the (one) prompt with a row's values in it. */
export function renderPrompt(
  plan: OptimizationPlan,
  texts: PromptTexts,
  example: Example,
): readonly ChatMessage[] {
  const templates = templatesOf(plan.prompts, texts);
  return plan.prompts.flatMap((prompt) =>
    renderTemplate(templates[prompt.key] ?? prompt.template, prompt.templateLanguage, example.inputs),
  );
}

async function askAgent(
  bench: Bench,
  agent: Agent,
  texts: PromptTexts,
  example: Example,
  options: { readonly role: CallRole; readonly ticket: Ticket },
): Promise<Answer> {
  const { spec } = bench.target;
  const answer = await agent.run(
    {
      inputs: example.inputs,
      prompts: templatesOf(bench.plan.prompts, texts),
      model: describeModel(spec),
    },
    { signal: bench.signal },
  );
  options.ticket.charge(bench.meter.book(options.role, answer, spec.price));
  return { toolCalls: [], ...answer };
}

function describeModel(spec: ModelSpec): JsonObject {
  return {
    name: spec.name,
    provider: spec.provider,
    ...(spec.baseUrl === undefined ? {} : { base_url: spec.baseUrl }),
    parameters: { ...spec.parameters } as JsonObject,
  };
}

/** The model with every answer booked on the meter and charged to the ticket. */
export function chargedModel(
  bench: { readonly meter: Meter; readonly signal: AbortSignal },
  live: LiveModel,
  role: CallRole,
  ticket: Ticket,
  repeat: number,
): LanguageModel {
  const { model, spec } = live;
  return {
    provider: model.provider,
    modelId: model.modelId,
    async complete(request) {
      const completion = await model.complete({
        repeat,
        signal: bench.signal,
        ...request,
        onWaste: (usage) => {
          ticket.charge(bench.meter.bookWaste(role, usage, spec.price));
          return ticket.extend({ ...worstCall(spec, request.messages.map(messageText)), calls: 0 });
        },
      });
      ticket.charge(bench.meter.book(role, completion, spec.price));
      return completion;
    },
  };
}
