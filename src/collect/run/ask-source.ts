import type { Agent } from "../../contracts/agent.ts";
import type { CompletionRequest, LanguageModel } from "../../contracts/language-model.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { AnswerKind } from "../../core/answer/answer.ts";
import { canonicalJson, digestOf } from "../../core/data/digest.ts";
import type { Example } from "../../core/data/example.ts";
import type { JsonObject } from "../../core/data/json.ts";
import type { ChatMessage, ToolCall } from "../../core/prompt/message.ts";
import type { Template } from "../../core/prompt/prompt.ts";
import { readRowTemplate } from "../../core/template/row-template.ts";
import type { TokenUsage } from "../../core/usage.ts";
import { addressOf } from "../../models/model-question.ts";
import { describeModel } from "../../run/lab/ask-row.ts";
import type { CollectionPlan } from "./plan-collection.ts";

/** One row answered. */
export interface SourceAnswer {
  /** Digest of all that decides the answer: equal questions have equal ids. */
  readonly question: string;
  /** Absent where an application answered. */
  readonly messages?: readonly ChatMessage[];
  readonly output: string;
  /** Absent where an application answered. */
  readonly kind?: AnswerKind;
  readonly reasoning?: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason?: string;
  readonly usage?: TokenUsage;
  /** The provider reported no believable usage. */
  readonly isEstimated?: boolean;
  /** Withheld by a 4xx, which nobody bills. */
  readonly isUnbilled?: true;
  readonly latencyMs: number;
  readonly isCached: boolean;
}

/** What answers rows: one model call with the prompt, or the user's application. */
export interface Source {
  /** Throws UsageError when the prompt needs inputs that the row does not give; costs nothing. */
  check(example: Example): void;
  /** Digest of the question the row comes to. */
  questionOf(example: Example): string;
  ask(example: Example, signal: AbortSignal, attempts?: AttemptReports): Promise<SourceAnswer>;
}

/** Who is to know of attempts that brought nothing, and of those made after the first. */
export type AttemptReports = Pick<CompletionRequest, "onUnused" | "onRetry">;

export function modelSource(plan: CollectionPlan, spec: ModelSpec, model: LanguageModel): Source {
  const [prompt] = plan.prompts;
  const template = readRowTemplate(prompt?.template ?? "", prompt?.templateLanguage ?? "default");
  const tools = plan.agent?.tools ?? [];
  const requestOf = (example: Example) => ({
    messages: template.render(example.inputs),
    ...(tools.length === 0 ? {} : { parameters: { tools } }),
  });
  return {
    check: (example) => void template.render(example.inputs),
    questionOf: (example) => addressOf(spec, requestOf(example)),
    async ask(example, signal, attempts = {}) {
      const request = requestOf(example);
      const question = addressOf(spec, request);
      const completion = await model.complete({ ...request, ...attempts, signal });
      const { text, kind, reasoning, toolCalls, finishReason, usage, latencyMs, origin } = completion;
      const { isEstimated, isUnbilled } = completion;
      const { messages } = request;
      const isCached = origin !== undefined;
      return {
        ...{ question, messages, output: text, toolCalls, finishReason, usage, latencyMs, isCached },
        ...(kind === undefined ? {} : { kind }),
        ...(reasoning === undefined ? {} : { reasoning }),
        ...(isEstimated === undefined ? {} : { isEstimated }),
        ...(isUnbilled === undefined ? {} : { isUnbilled }),
      };
    },
  };
}

export function agentSource(plan: CollectionPlan, spec: ModelSpec, agent: Agent): Source {
  const prompts: Record<string, Template> = {};
  for (const { key, template } of plan.prompts) prompts[key] = template;
  const model: JsonObject = describeModel(spec);
  const questionOf = ({ inputs }: Example) =>
    digestOf(["agent", plan.agent?.key ?? "", canonicalJson(inputs), prompts, model]);
  return {
    check: () => {},
    questionOf,
    async ask(example, signal) {
      const answer = await agent.run({ inputs: example.inputs, prompts, model }, { signal });
      const { output, toolCalls = [], usage, latencyMs, origin } = answer;
      return {
        question: questionOf(example),
        output,
        toolCalls,
        latencyMs,
        isCached: origin !== undefined,
        ...(usage === undefined ? {} : { usage }),
      };
    },
  };
}
