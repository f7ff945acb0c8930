import { isJsonObject, type JsonObject, valueText } from "../data/json.ts";
import { chatMessageOf } from "./chat-history.ts";
import { type ChatMessage, isMessageList, type ToolCall } from "./message.ts";

/**
 * The conversation of a row: the messages under `messages`, as dao-ai and OpenAI's files write them. Undefined if the
 * row has none.
 */
export function conversationOf(inputs: JsonObject): readonly ChatMessage[] | undefined {
  const { messages } = inputs;
  return isMessageList(messages) && messages.length > 0 ? messages.map(chatMessageOf) : undefined;
}

/** Does the row have the form of dao-ai: `messages`, or variables under `custom_inputs`? */
export function isConversationRow(inputs: JsonObject): boolean {
  return conversationOf(inputs) !== undefined || isJsonObject(inputs["custom_inputs"] ?? null);
}

/**
 * The variables that a template can use: the row's own, and those of `custom_inputs.configurable`, then
 * `custom_inputs`. A name of the row itself wins.
 */
export function templateInputs(inputs: JsonObject): JsonObject {
  const custom = inputs["custom_inputs"] ?? null;
  if (!isJsonObject(custom)) return inputs;
  const { configurable = null, ...others } = custom;
  return { ...others, ...(isJsonObject(configurable) ? configurable : {}), ...inputs };
}

/**
 * A row's inputs as text for people and models: a conversation as a transcript, then the variables as `name: value`
 * lines; lists and objects as JSON.
 */
export function inputsText(inputs: JsonObject): string {
  const conversation = conversationOf(inputs);
  if (conversation === undefined) return variableLines(inputs);
  const { messages: _, custom_inputs: __, ...own } = inputs;
  const variables = Object.fromEntries(
    Object.entries(templateInputs(inputs)).filter(
      ([name]) => name !== "messages" && name !== "custom_inputs",
    ),
  );
  const named = variableLines({ ...variables, ...own });
  return [transcriptOf(conversation), ...(named === "" ? [] : [named])].join("\n\n");
}

/** `user: …` and `assistant: …`, a paragraph a message; images by their kind, tool calls by name and arguments. */
function transcriptOf(messages: readonly ChatMessage[]): string {
  return messages.map((message) => `${message.role}: ${messageLine(message)}`).join("\n\n");
}

function messageLine({ content, toolCalls = [] }: ChatMessage): string {
  const text =
    typeof content === "string" || content === null ? (content ?? "") : content.map(partText).join(" ");
  const calls = toolCalls.map((call: ToolCall) => `[calls ${call.name}(${call.arguments})]`);
  return [...(text === "" ? [] : [text]), ...calls].join(" ");
}

function partText(part: JsonObject): string {
  if (typeof part["text"] === "string") return part["text"];
  return `[${typeof part["type"] === "string" ? part["type"].replace(/_url$/, "") : "part"}]`;
}

function variableLines(inputs: JsonObject): string {
  return Object.entries(inputs)
    .map(([name, value]) => `${name}: ${valueText(value)}`)
    .join("\n");
}
