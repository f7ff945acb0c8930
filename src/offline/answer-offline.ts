import type { FinishReason } from "../contracts/language-model.ts";
import { messageText, type ToolCall } from "../core/prompt/message.ts";
import type { ModelParameters } from "../core/prompt/prompt.ts";
import { estimateTokens } from "../core/usage.ts";
import { answerJudgement } from "./judge/answer-judgement.ts";
import { readJudgement } from "./judge/read-judgement.ts";
import { answerReflection, readReflectionRequest } from "./reflection/answer-reflection.ts";
import type { OfflineAnswer, OfflineRequest } from "./request.ts";
import { answerTask } from "./task/answer-task.ts";
import { callTool } from "./task/call-tool.ts";

const bytesPerToken = 4;

/** Truncates a text at a stop sequence or at the token limit. */
export function shapeAnswer(
  text: string,
  parameters: ModelParameters,
): { readonly text: string; readonly finishReason: FinishReason } {
  const stops = [parameters.stop ?? []].flat().filter((stop) => stop !== "");
  const ends = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  const stopped = ends.length === 0 ? text : text.slice(0, Math.min(...ends));
  const most = parameters.maxTokens;
  if (most === undefined || most < 1 || estimateTokens(stopped) <= most)
    return { text: stopped, finishReason: "stop" };
  const cut = Buffer.from(stopped)
    .subarray(0, most * bytesPerToken)
    .toString("utf8");
  return { text: cut.replace(/\uFFFD$/, ""), finishReason: "length" };
}

/**
 * The answer of a rule-based stand-in for a language model. Pure: it depends on nothing but the request. The
 * request's content decides whether to do a task, judge an answer or rewrite a prompt.
 */
export function answerOffline(request: OfflineRequest): OfflineAnswer {
  const inputTokens = request.messages.reduce(
    (sum, message) => sum + estimateTokens(messageText(message)),
    0,
  );
  const call = callTool(request);
  if (call !== undefined) {
    const outputTokens = estimateTokens(call.name) + estimateTokens(call.arguments);
    return { text: "", toolCalls: [call], finishReason: "tool_calls", usage: { inputTokens, outputTokens } };
  }
  const { text, finishReason } = shapeAnswer(wordsFor(request), request.parameters);
  const toolCalls: readonly ToolCall[] = [];
  return { text, toolCalls, finishReason, usage: { inputTokens, outputTokens: estimateTokens(text) } };
}

function wordsFor(request: OfflineRequest): string {
  const judgement = readJudgement(request);
  if (judgement !== undefined) return answerJudgement(judgement);
  const reflection = readReflectionRequest(request);
  return reflection === undefined ? answerTask(request) : answerReflection(request, reflection);
}
