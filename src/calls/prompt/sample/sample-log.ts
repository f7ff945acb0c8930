import type { Generation } from "../../../contracts/prompt-model.ts";
import { costUsd } from "../../../core/usage.ts";
import type { PreparedCall } from "../prepare-call.ts";
import type { PromptCallLog } from "../prompt-call.ts";

/** What is told of one sample. */
export function sampleLog(call: PreparedCall, index: number, generation: Generation): PromptCallLog {
  const { usage, error, finishReason, latencyMs } = generation;
  const inputCost = usage === undefined ? null : costUsd({ ...usage, outputTokens: 0 }, call.price);
  const outputCost =
    usage === undefined ? null : costUsd({ inputTokens: 0, outputTokens: usage.outputTokens }, call.price);
  return Object.freeze({
    index,
    id: call.logIds[index] as string,
    promptId: call.version.promptId,
    versionId: call.version.versionId,
    output: generation.text,
    outputMessage: generation.message,
    createdAt: call.services.now().toISOString(),
    error: error?.message ?? null,
    providerLatencyMs: Math.round(latencyMs * 1000) / 1000,
    stdout: null,
    promptTokens: usage?.inputTokens ?? null,
    outputTokens: usage?.outputTokens ?? null,
    reasoningTokens: usage?.reasoningTokens ?? null,
    promptCostUsd: inputCost,
    outputCostUsd: outputCost,
    finishReason: finishReason ?? null,
  });
}
