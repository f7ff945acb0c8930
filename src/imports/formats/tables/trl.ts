import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import { isMessageList } from "../../../core/prompt/message.ts";
import { outputText } from "../../../datasets/rows/answer-text.ts";
import { parsedMember } from "../../json-members.ts";
import type { RowShape, ShapedRow } from "./row-shape.ts";

type Messages = readonly JsonObject[];

/**
 * TRL's prompt and completion, where both are lists of messages.
 * https://huggingface.co/docs/trl/dataset_formats
 */
export const trlCompletion: RowShape = {
  name: "TRL prompt-completion",
  members: ["prompt", "completion", "label"],
  recognizes: ({ prompt, completion, label }) =>
    (messagesOf(prompt) !== undefined && messagesOf(completion) !== undefined) ||
    (isText(prompt) && isText(completion) && isFlag(label)),
  row({ prompt = "", completion = "", label, ...rest }) {
    // Unpaired preference: a completion with the label false is one to avoid.
    const isWanted = label === undefined || label === true || /^true$/i.test(String(label));
    const answer = answerOf(completion);
    return shaped(questionOf(prompt), rest, isWanted ? answer : undefined, isWanted ? undefined : answer);
  },
};

/** Pairs of a chosen and a rejected answer, of TRL's preference datasets. The chosen one is expected. */
export const trlPreference: RowShape = {
  name: "TRL preference",
  members: ["prompt", "chosen", "rejected"],
  recognizes: ({ chosen, rejected }) => isAnswer(chosen) && isAnswer(rejected),
  row({ prompt, chosen = "", rejected = "", ...rest }) {
    if (prompt !== undefined && prompt !== null)
      return shaped(questionOf(prompt), rest, answerOf(chosen), answerOf(rejected));
    const turns = messagesOf(chosen);
    if (turns === undefined || turns.length < 2) return { problem: "chosen and rejected without a prompt" };
    return shaped({ messages: turns.slice(0, -1) }, rest, answerOf(chosen), answerOf(rejected));
  },
};

/**
 * OpenAI's file for preference tuning: `{input: {messages}, preferred_output, non_preferred_output}`.
 * https://platform.openai.com/docs/guides/direct-preference-optimization
 */
export const openaiPreference: RowShape = {
  name: "OpenAI preference",
  members: ["input", "preferred_output", "non_preferred_output"],
  recognizes: ({ input, preferred_output: preferred }) =>
    isJsonObject(input) && messagesOf(input["messages"]) !== undefined && messagesOf(preferred) !== undefined,
  row({ input, preferred_output: preferred = "", non_preferred_output: other, ...rest }) {
    const messages = isJsonObject(input) ? messagesOf(input["messages"]) : undefined;
    if (messages === undefined) return { problem: "input.messages is not a list of messages" };
    return shaped({ messages }, rest, answerOf(preferred), other === undefined ? undefined : answerOf(other));
  },
};

/** `rejected` is kept beside the row; nothing scores with it. */
function shaped(
  question: JsonObject,
  rest: JsonObject,
  answer: JsonValue | undefined,
  rejected: JsonValue | undefined,
): ShapedRow {
  const expectations = answer === undefined ? undefined : { expected_response: answer };
  return { row: { inputs: { ...rest, ...question }, ...defined({ expectations, rejected }) } };
}

function questionOf(prompt: JsonValue): JsonObject {
  const messages = messagesOf(prompt);
  return messages === undefined ? { prompt } : { messages };
}

/** The text of the last message, or of the text itself. */
function answerOf(value: JsonValue): JsonValue | undefined {
  const messages = messagesOf(value);
  return messages === undefined ? value : outputText(messages.at(-1));
}

function messagesOf(value: JsonValue | undefined): Messages | undefined {
  const list = parsedMember(value);
  return isMessageList(list) && list.length > 0 ? list : undefined;
}

function isAnswer(value: JsonValue | undefined): boolean {
  return isText(value) || messagesOf(value) !== undefined;
}

function isText(value: JsonValue | undefined): boolean {
  return typeof value === "string" && value !== "";
}

function isFlag(value: JsonValue | undefined): boolean {
  return typeof value === "boolean" || /^(true|false)$/i.test(String(value));
}
