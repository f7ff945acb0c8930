import { answerReflection } from "./reflection/answer-reflection.ts";
import { readReflection } from "./reflection/read-reflection.ts";
import type { OfflineAnswer, OfflineRequest } from "./request.ts";
import { answerTask } from "./task/answer-task.ts";
export function answerOffline(request: OfflineRequest): OfflineAnswer {
  const r = readReflection(request);
  return {
    text: r ? answerReflection(request, r) : answerTask(request),
    toolCalls: [],
    finishReason: "stop",
    usage: { inputTokens: 0, outputTokens: 0 },
  };
}
