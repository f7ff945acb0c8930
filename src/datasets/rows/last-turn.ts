import type { DatasetRecord } from "../../contracts/dataset-store.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import { isMessageList } from "../../core/prompt/message.ts";
import { outputText } from "./answer-text.ts";
import { structured } from "./columns.ts";

/** A row's inputs without the answer at the end of its conversation. */
export interface RowConversation {
  readonly inputs: JsonObject;
  /** Text of the last assistant turn. */
  readonly answer?: string;
  /** Tool calls of that turn, in OpenAI's form. */
  readonly toolCalls?: readonly JsonValue[];
}

/**
 * Reads `messages` of a row, also where a CSV cell holds them as JSON text. An assistant turn at the end is what was
 * answered and not part of the question.
 */
export function withoutLastTurn(inputs: JsonObject): RowConversation {
  const messages = structured(inputs["messages"]);
  if (!isMessageList(messages) || messages.length === 0) return { inputs };
  const last = messages.at(-1) ?? {};
  const isAnswered = messages.length > 1 && last["role"] === "assistant";
  if (!isAnswered) return { inputs: { ...inputs, messages } };
  const calls = last["tool_calls"];
  const answer = outputText(last);
  return {
    inputs: { ...inputs, messages: messages.slice(0, -1) },
    ...(answer === undefined ? {} : { answer }),
    ...(Array.isArray(calls) && calls.length > 0 && calls.every(isJsonObject) ? { toolCalls: calls } : {}),
  };
}

/**
 * The record of a row with a `messages` column, as `run` reads such a row: the last assistant turn is its output, if it
 * has no other. Other records stay as they are.
 */
export function withRecordedTurn(record: DatasetRecord): DatasetRecord {
  const found = withoutLastTurn(record.inputs);
  if (found.inputs === record.inputs) return record;
  // A second assistant turn would be taken for the answer when the stored row is read.
  const isLastOfMany = withoutLastTurn(found.inputs).answer !== undefined;
  const { inputs, answer, toolCalls }: RowConversation = isLastOfMany
    ? { inputs: { ...record.inputs, messages: structured(record.inputs["messages"]) as JsonValue } }
    : found;
  const expectations =
    toolCalls === undefined ? record.expectations : { tool_calls: toolCalls, ...record.expectations };
  return {
    ...record,
    inputs,
    ...defined({ outputs: record.outputs ?? answer, expectations }),
  };
}
