import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import type { ChatMessage } from "../../../core/prompt/message.ts";
import type { Trace } from "../../../core/trace.ts";
import { messageFields } from "../../answer-of-trace.ts";
import { asText, listIn, objectIn, textIn, unpacked } from "../attribute-values.ts";
import { eventMessages } from "../event-messages.ts";
import type { Convention, OtlpEvent } from "../otlp-span.ts";
import { partMessages, partsText } from "../part-messages.ts";

/**
 * pydantic-ai: version 1 writes events as one JSON attribute, version 2 the conventions of `genAi`. The span of an
 * agent has all messages and the final result.
 */
export const pydanticAi: Convention = ({ attributes }) => {
  const events = listIn(attributes, "events", "all_messages_events");
  const all = listIn(attributes, "pydantic_ai.all_messages");
  const conversation =
    all === undefined ? fromEvents(events) : conversationOf([...systemOf(attributes), ...partMessages(all)]);
  const result = attributes["final_result"];
  return {
    ...conversation,
    ...(result === undefined ? {} : { output: asText(result) ?? null }),
    ...defined({
      parameters: toolsOf(attributes),
      name: textIn(attributes, "agent_name"),
    }),
  };
};

function fromEvents(list: readonly JsonValue[] | undefined): Partial<Trace> {
  const events = (list ?? []).filter(isJsonObject).flatMap((event): OtlpEvent[] => {
    const name = event["event.name"];
    return typeof name === "string" ? [{ name, attributes: event }] : [];
  });
  const { messages, answer } = eventMessages(events);
  if (messages === undefined) return answer;
  return answer.output === undefined ? conversationOf(messages) : { messages, ...answer };
}

/** A conversation that ends with the model's message has its answer there. */
function conversationOf(messages: readonly ChatMessage[]): Partial<Trace> {
  const last = messages.at(-1);
  if (last?.role !== "assistant" || messages.length < 2) return { messages };
  return { messages: messages.slice(0, -1), ...messageFields(last) };
}

function systemOf(attributes: JsonObject): readonly ChatMessage[] {
  const instructions = unpacked(attributes["gen_ai.system_instructions"]);
  if (!Array.isArray(instructions) || instructions.length === 0) return [];
  return [{ role: "system", content: partsText(instructions) }];
}

/** Tools in the form of OpenAI. */
function toolsOf(attributes: JsonObject): JsonObject | undefined {
  if ("gen_ai.tool.definitions" in attributes) return undefined;
  const { function_tools: list } = objectIn(attributes, "model_request_parameters") ?? {};
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const tools = (list as readonly JsonValue[])
    .filter(isJsonObject)
    .map(({ name, description, parameters_json_schema: parameters }) => ({
      type: "function",
      function: defined({ name, description, parameters }),
    }));
  return { tools };
}
