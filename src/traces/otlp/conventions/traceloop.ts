import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import type { ChatMessage } from "../../../core/prompt/message.ts";
import { messageFields } from "../../answer-of-trace.ts";
import { readChatMessage } from "../../openai/read-request.ts";
import { asText, indexedList, numberIn, objectIn, textIn, unpacked } from "../attribute-values.ts";
import type { Convention } from "../otlp-span.ts";

/** OpenLLMetry (Traceloop): messages in numbered attributes, and inputs of workflows and tasks. */
export const traceloop: Convention = ({ attributes }) => {
  const asked = [...indexedList(attributes, "gen_ai.prompt"), ...indexedList(attributes, "llm.prompts")];
  const [completion] = [
    ...indexedList(attributes, "gen_ai.completion"),
    ...indexedList(attributes, "llm.completions"),
  ];
  const finish = completion?.["finish_reason"];
  const path = textIn(attributes, "traceloop.prompt.key");
  const version = numberIn(attributes, "traceloop.prompt.version");
  const tools = indexedList(attributes, "llm.request.functions").map(toolOf);
  return defined({
    ...entityFields(attributes),
    messages: asked.length === 0 ? undefined : asked.map((entry) => flatMessage(entry, "user")),
    ...(completion === undefined ? {} : messageFields(flatMessage(completion, "assistant"))),
    finishReason: typeof finish === "string" ? finish : undefined,
    parameters: tools.length === 0 ? undefined : { tools },
    model: textIn(attributes, "llm.response.model", "llm.request.model"),
    name: textIn(attributes, "traceloop.entity.name"),
    chatId: textIn(
      attributes,
      "traceloop.association.properties.session_id",
      "traceloop.association.properties.chat_id",
    ),
    user: textIn(attributes, "traceloop.association.properties.user_id"),
    prompt: path === undefined ? undefined : defined({ path, version }),
  });
};

/** Reads `{"inputs": {…}}` or `{"args": […], "kwargs": {…}}` of a decorated function. */
function entityFields(attributes: JsonObject) {
  const given = objectIn(attributes, "traceloop.entity.input");
  const inputs = [given?.["inputs"], given?.["kwargs"], given].find(
    (one): one is JsonObject => isJsonObject(one) && Object.keys(one).length > 0,
  );
  const recorded = unpacked(attributes["traceloop.entity.output"]);
  const output = isJsonObject(recorded) && "outputs" in recorded ? recorded["outputs"] : recorded;
  const variables = objectIn(attributes, "traceloop.prompt.template_variables");
  return defined({
    inputs: variables ?? inputs,
    output: output === undefined ? undefined : textOf(output),
  });
}

function textOf(value: JsonValue): string | null {
  return value === null || typeof value === "string" ? value : JSON.stringify(value);
}

function toolOf(entry: JsonObject): JsonObject {
  const { name = "", description, parameters } = entry;
  const schema = unpacked(parameters);
  return {
    type: "function",
    function: {
      name,
      ...defined({ description, parameters: schema }),
    },
  };
}

/** A message of `gen_ai.prompt.N.*` or `gen_ai.completion.N.*`. */
function flatMessage(entry: JsonObject, role: string): ChatMessage {
  const calls = (
    Array.isArray(entry["tool_calls"]) ? (entry["tool_calls"] as readonly JsonValue[]) : []
  ).filter(isJsonObject);
  const named = entry["function_call"];
  const all = calls.length === 0 && isJsonObject(named) ? [named] : calls;
  return readChatMessage({
    role: asText(entry["role"]) ?? role,
    content: contentOf(entry["content"]),
    ...(entry["tool_call_id"] === undefined ? {} : { tool_call_id: asText(entry["tool_call_id"]) ?? "" }),
    ...(all.length === 0
      ? {}
      : {
          tool_calls: all.map((call) => ({
            id: asText(call["id"]) ?? "",
            type: "function",
            function: { name: asText(call["name"]) ?? "", arguments: asText(call["arguments"]) ?? "{}" },
          })),
        }),
  });
}

/** Parts are JSON text of a list. A list of text parts becomes one text. */
function contentOf(content: JsonValue | undefined): JsonValue {
  if (typeof content !== "string" || !/^\[\s*\{/.test(content)) return content ?? null;
  const parts = unpacked(content);
  if (!Array.isArray(parts) || !parts.every((part) => isJsonObject(part) && "type" in part)) return content;
  const texts = (parts as readonly JsonObject[]).map(({ type, text }) =>
    type === "text" ? text : undefined,
  );
  return texts.every((text) => typeof text === "string") ? texts.join("") : parts;
}
