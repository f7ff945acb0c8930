import type { Agent } from "../../contracts/agent.ts";
import type { Completion, CompletionRequest } from "../../contracts/language-model.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { MissingContent, Outcome } from "../../contracts/optimizer.ts";
import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import type { Scorer } from "../../contracts/scorer.ts";
import type { AnswerKind } from "../../core/answer/answer.ts";
import type { PromptTexts } from "../../core/candidate.ts";
import { AgentError, BudgetError, type DaoOptError, isDaoOptError, ModelError } from "../../core/errors.ts";
import type { Example } from "../../core/example.ts";
import type { JsonObject, JsonValue } from "../../core/json.ts";
import type { ChatMessage, ToolCall } from "../../core/message.ts";
import { templatesOf } from "../../core/prompt-texts.ts";
import type { Score } from "../../core/score.ts";
import { type ReadTemplate, readTemplate } from "../../core/template.ts";
import { boundTokens, costUsd, type Price, type TokenUsage } from "../../core/usage.ts";
import { type Amount, plus, type WorstCase } from "../budget/amount.ts";
import { type Answerers, priceOf } from "../budget/answerers.ts";
import { limitReason } from "../budget/output-limits.ts";
import { worstCall, worstJudging } from "../budget/worst-case.ts";
import { toRecordJson } from "../record-json.ts";
import type { AnswerTally } from "./answer-tally.ts";
import { type Charging, chargedModel, keyOf, type LiveModel } from "./charged-model.ts";
import type { Meter } from "./meter.ts";

/** What the most that a rollout may cost depends on. */
export interface RolloutBounds {
  readonly plan: Pick<OptimizationPlan, "agent">;
  readonly target: Pick<LiveModel, "answerers">;
  readonly judge: Pick<LiveModel, "answerers">;
  readonly scorer: Pick<Scorer, "judgeCalls" | "judgeOverheadTokens">;
  /** The source model and its fallbacks, where parity is to be measured. */
  readonly source?: Answerers;
}

/** Everything one answer and its score take. */
export interface Bench extends RolloutBounds {
  readonly plan: OptimizationPlan;
  readonly target: LiveModel;
  readonly judge: LiveModel;
  readonly scorer: Scorer;
  /** The user's own application instead of one call of the target. */
  readonly agent?: Agent;
  readonly meter: Meter;
  /** Counts what the answers were; absent where nobody reads it. */
  readonly tally?: AnswerTally;
  readonly signal: AbortSignal;
  /** Ends the run at once: what is under way is dropped. */
  readonly abort: (reason: DaoOptError) => void;
}

/** An outcome with what its answer cost in time. */
export interface MeasuredOutcome extends Outcome {
  readonly latencyMs?: number;
  /** Of the answer, whoever paid for it and when; absent when it did not tell its tokens. */
  readonly cost?: AnswerCost;
  /** Cut off by a limit that the tool set and the user did not. */
  readonly isToolLimited?: true;
}

interface AnswerCost {
  readonly outputTokens: number;
  /** null when the price is unknown. */
  readonly usd: number | null;
}

interface Answer {
  readonly output: string;
  /** Absent for an application's answer. */
  readonly answer?: AnswerKind;
  readonly cutOffBy?: "own_limit" | "tool_limit";
  /** Which limit of the tool's own cut the answer off, in words. */
  readonly cutOffReason?: string;
  readonly toolCalls: readonly ToolCall[];
  readonly trace?: JsonValue;
  readonly latencyMs: number;
  readonly cost?: AnswerCost;
  readonly isToolLimited?: true;
}

/** Which samples a rollout is made of. */
export interface RolloutOptions extends Charging {
  /** Sample of the judge's verdict, where it is not that of the answer. */
  readonly judgeRepeat?: number;
}

/** The most tokens all that is known of a row may come to. */
export function rowBound({ inputs, expectations, expected }: Example): number {
  return boundTokens(JSON.stringify([inputs, expectations, expected ?? ""]));
}

/** The most one rollout may cost, judge and its retries included. */
export function worstRollout(
  bench: RolloutBounds,
  texts: PromptTexts,
  example: Example,
  rowTokens = rowBound(example),
): WorstCase {
  const { target, judge, scorer } = bench;
  const asked = [...Object.values(texts), JSON.stringify(bench.plan.agent.tools)];
  const first = worstCall(target.answerers, asked, rowTokens);
  return { ...plus(first, worstJudging(scorer, judge.answerers, rowTokens, target.answerers)), first };
}

/**
 * One candidate on one example: render, ask, score. An answer that is missing by its content (cut off, filtered,
 * empty, an error of the user's application) scores 0; a row that cannot be answered or scored otherwise is an
 * outcome with an error. What concerns the whole run (wrong key, Ctrl-C, a spent budget) is thrown.
 */
export async function rollOut(
  bench: Bench,
  texts: PromptTexts,
  example: Example,
  options: RolloutOptions,
): Promise<MeasuredOutcome> {
  let answer: Answer | undefined;
  try {
    answer = await (bench.agent === undefined
      ? askTarget(bench, texts, example, options)
      : askAgent(bench, bench.agent, texts, example, options));
    const missing = missingContent(answer, example);
    if (missing !== undefined) {
      const { cutOffReason, ...found } = answer;
      const reason = missing === "cut_off" && cutOffReason !== undefined ? `, by ${cutOffReason}` : "";
      return { example, score: zero(`${missingReasons[missing]}${reason}`), missing, ...found };
    }
    const score = await bench.scorer.score({
      example,
      output: answer.output,
      toolCalls: answer.toolCalls,
      ...(answer.trace === undefined ? {} : { trace: answer.trace }),
      signal: bench.signal,
      judge: chargedModel(bench, bench.judge, {
        ...options,
        repeat: options.judgeRepeat ?? options.repeat,
        role: "judge",
      }),
    });
    return { example, score, ...answer };
  } catch (error) {
    bench.signal.throwIfAborted();
    // A spent budget is no failure of the row.
    if (!isDaoOptError(error) || error instanceof BudgetError) throw error;
    if (endsTheRun(error)) {
      bench.abort(error);
      throw error;
    }
    if (error instanceof BudgetError) throw error;
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

/** Undefined for an answer that is to be scored; an empty one may be what is expected. */
function missingContent(
  { answer, output }: Answer,
  { expected }: Example,
): Exclude<MissingContent, "agent_error"> | undefined {
  if (answer === "cut_off" || answer === "filtered") return answer;
  if (answer !== "empty" || expected?.trim() === "" || output.trim() !== "") return undefined;
  return "empty";
}

function zero(feedback: string): Score {
  return { value: 0, feedback };
}

/** Concerns the set-up or the whole run, not one row. */
export function endsTheRun(error: DaoOptError): boolean {
  if (error instanceof ModelError) return error.isFatal || error.kind === "aborted";
  return ["replay_missing", "interrupted", "store_failed"].includes(error.code);
}

async function askTarget(
  bench: Bench,
  texts: PromptTexts,
  example: Example,
  options: Charging,
): Promise<Answer> {
  const model = chargedModel(bench, bench.target, options);
  const tools = bench.plan.agent.tools;
  const completion = await model.complete({
    messages: renderPrompt(bench.plan, texts, example),
    ...(tools.length === 0 ? {} : { parameters: { tools } }),
  });
  bench.tally?.note(bench.target.answerers[0], completion);
  const { text, kind, toolCalls, latencyMs, usage, answeredBy } = completion;
  const price = completion.price ?? priceOf(bench.target.answerers, answeredBy);
  return {
    output: text,
    ...(kind === undefined ? {} : { answer: kind }),
    ...(kind === "cut_off" ? cutOffOf(completion, bench.target.answerers[0]) : {}),
    toolCalls,
    latencyMs,
    ...costOf(usage, price),
  };
}

function cutOffOf(
  { isToolLimited }: Completion,
  { key, outputLimit }: ModelSpec,
): Pick<Answer, "isToolLimited" | "cutOffReason"> {
  if (isToolLimited !== true) return {};
  return {
    isToolLimited,
    ...(outputLimit === undefined ? {} : { cutOffReason: limitReason(key, outputLimit) }),
  };
}

/** The messages of the (one) prompt with a row's values in it. */
function renderPrompt(plan: OptimizationPlan, texts: PromptTexts, example: Example): readonly ChatMessage[] {
  return templatesRead(plan, texts).flatMap((template) => template.render(example.inputs));
}

/** Texts are read once for all the rows they are put to. */
const readTexts = new WeakMap<PromptTexts, { plan: OptimizationPlan; templates: readonly ReadTemplate[] }>();

function templatesRead(plan: OptimizationPlan, texts: PromptTexts): readonly ReadTemplate[] {
  const known = readTexts.get(texts);
  if (known?.plan === plan) return known.templates;
  const byKey = templatesOf(plan.prompts, texts);
  const templates = plan.prompts.map((prompt) =>
    readTemplate(byKey[prompt.key] ?? prompt.template, prompt.templateLanguage),
  );
  readTexts.set(texts, { plan, templates });
  return templates;
}

async function askAgent(
  bench: Bench,
  agent: Agent,
  texts: PromptTexts,
  example: Example,
  { repeat, role, account }: Charging,
): Promise<Answer> {
  const [spec] = bench.target.answerers;
  const input = {
    inputs: example.inputs,
    prompts: templatesOf(bench.plan.prompts, texts),
    model: describeModel(spec),
  };
  const key = keyOf(["agent", input, repeat]);
  const call = { role, key, price: spec.price };
  const onUnused: CompletionRequest["onUnused"] = (attempt) => {
    account.ticket.charge(bench.meter.bookUnused(call, attempt));
    return true;
  };
  const use = (charged: Amount): void => {
    account.ticket.charge(charged);
    account.onUse(key, charged);
  };
  const answer = await agent
    .run(input, { signal: bench.signal, repeat, onUnused })
    .catch((error: unknown) => {
      if (error instanceof AgentError && !bench.signal.aborted) use(bench.meter.bookFailed(call));
      throw error;
    });
  use(bench.meter.book(call, answer));
  return { toolCalls: [], ...answer, ...costOf(answer.usage, spec.price) };
}

function costOf(usage: TokenUsage | undefined, price: Price | undefined): Pick<Answer, "cost"> {
  if (usage === undefined) return {};
  return { cost: { outputTokens: usage.outputTokens, usd: costUsd(usage, price) } };
}

/** The target model as an application is told of it, without its key. */
export function describeModel(spec: ModelSpec): JsonObject {
  return {
    name: spec.name,
    provider: spec.provider,
    ...(spec.baseUrl === undefined ? {} : { base_url: spec.baseUrl }),
    parameters: toRecordJson(spec.parameters),
  };
}
