import { messageText, type ToolCall } from "../core/prompt/message.ts";
import { estimateTokens } from "../core/usage.ts";
import { answerJudgement } from "./judge/answer-judgement.ts";
import { readJudgement } from "./judge/read-judgement.ts";
import { answerReflection } from "./reflection/answer-reflection.ts";
import { readReflectionRequest } from "./reflection/read-reflection.ts";
import type { OfflineAnswer, OfflineRequest } from "./request.ts";
import { shapeAnswer } from "./shape-answer.ts";
import { answerTask } from "./task/answer-task.ts";
import { callTool } from "./task/call-tool.ts";

/**
 * What a rule-made stand-in for a language model answers. Pure: equal requests get equal answers, and
 * nothing but the request is read. Whether it does a task, judges an answer or rewrites a prompt is
 * told by what the request shows and asks.
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
