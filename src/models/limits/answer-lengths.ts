import type { CompletionRequest } from "../../contracts/language-model.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import { type ChatMessage, messageText } from "../../core/prompt/message.ts";
import { estimateTokens, type TokenUsage } from "../../core/usage.ts";
import { outputLimitOf } from "./known-models.ts";

/** Lengths of each model's answers in this session. */
export interface AnswerLengths {
  note(spec: Pick<ModelSpec, "key">, outputTokens: number): void;
  /**
   * Usage recorded for an attempt that was sent and never answered: its counted input, and the 90th percentile of
   * the model's answer lengths as output, or the output limit until ten answers have arrived.
   */
  lostUsage(
    spec: Pick<ModelSpec, "key" | "name" | "parameters" | "outputLimit">,
    request: CompletionRequest,
  ): TokenUsage;
}

const share = 0.9;
/** Only the latest answers count. */
const mostKept = 256;
/** Fewer answers give no reliable estimate. */
const fewest = 10;
/** Sorting for every attempt would cost more than the rest of this code. */
const sortedEvery = 32;

interface Seen {
  readonly lengths: number[];
  count: number;
  upper: number;
}

export function createAnswerLengths(): AnswerLengths {
  const byModel = new Map<string, Seen>();
  return {
    note({ key }, outputTokens) {
      const seen = byModel.get(key) ?? { lengths: [], count: 0, upper: 0 };
      byModel.set(key, seen);
      seen.lengths[seen.count % mostKept] = outputTokens;
      seen.count++;
      if (seen.count === fewest || seen.count % sortedEvery === 0) seen.upper = upperOf(seen.lengths);
    },
    lostUsage(spec, request) {
      const seen = byModel.get(spec.key);
      const limit = outputLimitOf(spec, request.parameters);
      const { inputTokens } = estimatedUsage(request.messages, "");
      const isKnown = seen !== undefined && seen.count >= fewest;
      return { inputTokens, outputTokens: isKnown ? Math.min(limit, seen.upper) : limit };
    },
  };
}

function upperOf(lengths: readonly number[]): number {
  const sorted = [...lengths].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Replaces usage that a provider does not report, so that budgets still count it. */
export function estimatedUsage(messages: readonly ChatMessage[], answer: string): TokenUsage {
  const asked = messages.map((message) => estimateTokens(messageText(message)));
  return {
    inputTokens: asked.reduce((sum, tokens) => sum + tokens, 0),
    outputTokens: estimateTokens(answer),
  };
}
