import type { DatasetRecord, DatasetStore } from "../contracts/dataset-store.ts";
import type { JsonObject, JsonValue } from "../core/data/json.ts";
import { defined } from "../core/defined.ts";
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

/**
 * What people say of a trace, in the rows that were made of it: a corrected answer becomes the expected one, the
 * last rating a tag. What stands there because of `earlier` feedback, and is said no more, is taken out. Reads
 * through every collected dataset. Resolves to the names of those that changed.
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

/** The very record when it says so already. */
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

/** With the member, or without it where nothing is to stand there and it is one that may go; else the very object. */
function put(
  members: JsonObject | undefined,
  name: string,
  value: string | number | undefined,
  mayGo: (value: unknown) => boolean,
): JsonObject | undefined {
  const known = members?.[name];
  if (value !== undefined) return known === value ? members : { ...members, [name]: value };
  if (known === undefined || !mayGo(known)) return members;
  const { [name]: _, ...others } = members ?? {};
  return Object.keys(others).length === 0 ? undefined : others;
}
