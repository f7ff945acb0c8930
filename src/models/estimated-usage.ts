import { type ChatMessage, messageText } from "../core/prompt/message.ts";
import { estimateTokens, type TokenUsage } from "../core/usage.ts";

/** Stands in for the usage a provider does not report, so that budgets still count. */
export function estimatedUsage(messages: readonly ChatMessage[], answer: string): TokenUsage {
  const asked = messages.map((message) => estimateTokens(messageText(message)));
  return {
    inputTokens: asked.reduce((sum, tokens) => sum + tokens, 0),
    outputTokens: estimateTokens(answer),
  };
}
