import type { DatasetRecord } from "../contracts/dataset-store.ts";
import type { JsonValue } from "../core/json.ts";
import type { Trace, TraceFeedback } from "../core/trace.ts";
import { messageRecord, toolCallRecord } from "./message-record.ts";

/**
 * The dataset row that a trace makes: its variables and its answer. What people said the answer should have
 * been is the expected answer, the last rating a tag. Undefined for a trace whose variables are not known:
 * they are not guessed from its messages; and for one that failed, unless somebody said what the answer is.
 */
export function datasetRecordOf(trace: Trace): DatasetRecord | undefined {
  const { inputs, traceId, feedback = [] } = trace;
  if (inputs === undefined || Object.keys(inputs).length === 0) return undefined;
  const better = lastOf(feedback, "betterResponse");
  const isFailed = hasFailed(trace);
  if (isFailed && better === undefined) return undefined;
  const outputs = isFailed ? undefined : outputsOf(trace);
  const rating = lastOf(feedback, "rating");
  return {
    inputs,
    ...(outputs === undefined ? {} : { outputs }),
    ...(better === undefined ? {} : { expectations: { expected_response: better } }),
    ...(rating === undefined ? {} : { tags: { rating } }),
    source: { type: "trace", traceId },
  };
}

/** Did the call fail, or end before its answer did? What came until then is no answer to learn from. */
export function hasFailed({ error }: Pick<Trace, "error">): boolean {
  return error !== undefined && error !== "";
}

/** The last word on one point: later feedback need not repeat what earlier one said. */
export function lastOf<Key extends "rating" | "betterResponse" | "comment">(
  feedback: readonly TraceFeedback[],
  key: Key,
): TraceFeedback[Key] | undefined {
  return feedback.findLast((one) => one[key] !== undefined)?.[key];
}

/** An answer of tool calls alone is the message that made them. */
function outputsOf({ output, outputMessage, toolCalls = [] }: Trace): JsonValue | undefined {
  if (output !== undefined && output !== null) return output;
  if (outputMessage !== undefined && outputMessage.content !== null) return messageRecord(outputMessage);
  if (outputMessage?.toolCalls !== undefined) return messageRecord(outputMessage);
  if (toolCalls.length === 0) return undefined;
  return { role: "assistant", content: null, tool_calls: toolCalls.map(toolCallRecord) };
}
