import type { DatasetRecord } from "../contracts/dataset-store.ts";
import type { JsonValue } from "../core/data/json.ts";
import type { Trace, TraceFeedback } from "../core/trace.ts";
import { answerOfTrace, unusableReason, withoutThinking } from "./answer-of-trace.ts";
import { messageRecord, toolCallRecord } from "./message-record.ts";

/**
 * The dataset row that a trace makes: its variables and its answer. What people said the answer should have
 * been is the expected answer, the last rating a tag. Undefined for a trace whose variables are not known:
 * they are not guessed from its messages; and for one without a usable answer (it failed, or its answer is
 * empty, a refusal, cut off or filtered), unless somebody said what the answer is.
 */
export function datasetRecordOf(trace: Trace): DatasetRecord | undefined {
  const { inputs, traceId, feedback = [] } = trace;
  if (inputs === undefined || Object.keys(inputs).length === 0) return undefined;
  const better = lastOf(feedback, "betterResponse");
  const isUnusable = unusableReason(trace) !== undefined;
  if (isUnusable && better === undefined) return undefined;
  const outputs = isUnusable ? undefined : outputsOf(trace);
  const rating = lastOf(feedback, "rating");
  return {
    inputs,
    ...(outputs === undefined ? {} : { outputs }),
    ...(better === undefined ? {} : { expectations: { expected_response: better } }),
    ...(rating === undefined ? {} : { tags: { rating } }),
    source: { type: "trace", traceId },
  };
}

/** The last word on one point: later feedback need not repeat what earlier one said. */
export function lastOf<Key extends "rating" | "betterResponse" | "comment">(
  feedback: readonly TraceFeedback[],
  key: Key,
): TraceFeedback[Key] | undefined {
  return feedback.findLast((one) => one[key] !== undefined)?.[key];
}

/** The answer of a trace as a row holds it. An answer of tool calls alone is the message that made them. */
export function outputsOf(trace: Trace): JsonValue | undefined {
  const { output, outputMessage, toolCalls = [] } = trace;
  const isCall = toolCalls.length > 0 || outputMessage?.toolCalls !== undefined;
  if (typeof output === "string" && !(isCall && output.trim() === "")) return answerOfTrace(trace).text;
  if (
    outputMessage !== undefined &&
    (outputMessage.content !== null || outputMessage.toolCalls !== undefined)
  ) {
    return messageRecord(withoutThinking(outputMessage));
  }
  if (toolCalls.length === 0) return undefined;
  return { role: "assistant", content: null, tool_calls: toolCalls.map(toolCallRecord) };
}
