import type { CompletionRequest } from "../contracts/language-model.ts";
import type { ModelSpec } from "../contracts/model-spec.ts";
import type { TokenUsage } from "../core/usage.ts";
import { estimatedUsage } from "./estimated-usage.ts";
import { outputLimitOf } from "./output-limit-of.ts";

/** How long the answers of each model are, as seen in this session. */
export interface AnswerLengths {
  note(spec: Pick<ModelSpec, "key">, outputTokens: number): void;
  /**
   * What an attempt that was sent and never answered is booked at: its input counted, its output as long as nine of
   * ten answers of the model; as the limit allows before any has come.
   */
  lostUsage(
    spec: Pick<ModelSpec, "key" | "name" | "parameters" | "outputLimit">,
    request: CompletionRequest,
  ): TokenUsage;
}

const share = 0.9;
/** The newest answers count. */
const mostKept = 500;

export function createAnswerLengths(): AnswerLengths {
  const seen = new Map<string, number[]>();
  return {
    note({ key }, outputTokens) {
      const lengths = seen.get(key) ?? [];
      seen.set(key, lengths);
      if (lengths.push(outputTokens) > mostKept) lengths.shift();
    },
    lostUsage(spec, request) {
      const lengths = [...(seen.get(spec.key) ?? [])].sort((one, other) => one - other);
      const usual = lengths[Math.min(lengths.length - 1, Math.floor(lengths.length * share))];
      const limit = outputLimitOf(spec, request.parameters);
      const { inputTokens } = estimatedUsage(request.messages, "");
      return { inputTokens, outputTokens: Math.min(limit, usual ?? limit) };
    },
  };
}
