import type { DatasetRecord, DatasetStore } from "../contracts/dataset-store.ts";
import type { JsonObject, JsonValue } from "../core/data/json.ts";
import { defined } from "../core/defined.ts";
import type { Trace, TraceFeedback } from "../core/trace.ts";
import { answerOfTrace, unusableReason, withoutThinking } from "./answer-of-trace.ts";
import { messageRecord, toolCallRecord } from "./message-record.ts";

/**
 * Converts a trace to a dataset row of its variables and its answer. A corrected answer becomes the expected
 * answer, the last rating becomes a tag. Undefined if the variables are unknown (they are not guessed from
 * the messages), or if there is no usable answer (failed, empty, refused, cut off or filtered) and no
 * correction.
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

/** The latest value of one member: later feedback need not repeat earlier feedback. */
export function lastOf<Key extends "rating" | "betterResponse" | "comment">(
  feedback: readonly TraceFeedback[],
  key: Key,
): TraceFeedback[Key] | undefined {
  return feedback.findLast((one) => one[key] !== undefined)?.[key];
}

/**
 * The answer of a trace as stored in a row. An answer with only tool calls becomes the message with the
 * calls.
 */
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

/**
 * Applies the feedback on a trace to its rows in all collected datasets: the corrected answer becomes the
 * expected answer, the last rating becomes a tag. Values from `earlier` feedback that was withdrawn are
 * removed. Resolves to the names of the changed datasets.
 */
export async function correctRows(
  datasets: Pick<DatasetStore, "list" | "records" | "amend">,
  { traceId, feedback = [] }: Pick<Trace, "traceId" | "feedback">,
  earlier: readonly TraceFeedback[] = [],
): Promise<readonly string[]> {
  const correct = (record: DatasetRecord): DatasetRecord =>
    record.source?.traceId === traceId ? corrected(record, feedback, earlier) : record;
  const changed: string[] = [];
  for (const name of await datasets.list()) {
    let isTouched = false;
    for await (const record of datasets.records(name)) isTouched ||= correct(record) !== record;
    if (isTouched && (await datasets.amend(name, correct)) > 0) changed.push(name);
  }
  return changed;
}

/** Returns the same object if nothing changes. */
function corrected(
  record: DatasetRecord,
  feedback: readonly TraceFeedback[],
  earlier: readonly TraceFeedback[],
): DatasetRecord {
  const better = lastOf(feedback, "betterResponse");
  const rating = lastOf(feedback, "rating");
  const { expectations, tags, ...rest } = record;
  const expected = put(expectations, "expected_response", better, (value) =>
    earlier.some(({ betterResponse }) => betterResponse === value),
  );
  const tagged = put(tags, "rating", rating, (value) => earlier.some((one) => one.rating === value));
  if (expected === expectations && tagged === tags) return record;
  return {
    ...rest,
    ...defined({ expectations: expected, tags: tagged }),
  };
}

/**
 * Sets or removes a member. It is removed only if `value` is undefined and `isRemovable` accepts the current value.
 * Returns the same object if nothing changes.
 */
function put(
  members: JsonObject | undefined,
  name: string,
  value: string | number | undefined,
  isRemovable: (value: unknown) => boolean,
): JsonObject | undefined {
  const known = members?.[name];
  if (value !== undefined) return known === value ? members : { ...members, [name]: value };
  if (known === undefined || !isRemovable(known)) return members;
  const { [name]: _, ...others } = members ?? {};
  return Object.keys(others).length === 0 ? undefined : others;
}
