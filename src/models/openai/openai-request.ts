import type { JsonObject, JsonValue } from "../../core/json.ts";
import type { ChatMessage } from "../../core/message.ts";
import type { ModelParameters } from "../../core/prompt.ts";

/** The body of `POST /chat/completions`. */
export function requestBody(
  model: string,
  parameters: ModelParameters,
  messages: readonly ChatMessage[],
): JsonObject {
  const members: Record<string, JsonValue | undefined> = {
    model,
    messages: messages.map(messageBody),
    ...samplingMembers(model, parameters),
    stop: parameters.stop,
    seed: parameters.seed,
    response_format: parameters.responseFormat,
    reasoning_effort: parameters.reasoningEffort,
    tools: parameters.tools?.length === 0 ? undefined : parameters.tools?.map(toolBody),
    tool_choice: parameters.toolChoice,
    ...parameters.other,
    // An answer is read whole; `other` cannot turn it into a stream.
    stream: undefined,
    stream_options: undefined,
  };
  const given = Object.entries(members).filter(
    (entry): entry is [string, JsonValue] => entry[1] !== undefined,
  );
  return Object.fromEntries(given);
}

/** o1, o3, o4 and gpt-5 (with any suffix or vendor prefix) reason before they answer. */
const reasoningName = /(^|[^a-z0-9])(o[134]|gpt-5)(?![a-z0-9])(?!-chat)/;

/** Reasoning models refuse sampling parameters and count hidden tokens in their own limit. */
function samplingMembers(model: string, parameters: ModelParameters): Record<string, JsonValue | undefined> {
  const limit = parameters.maxTokens === -1 ? undefined : parameters.maxTokens;
  if (reasoningName.test(model.toLowerCase())) return { max_completion_tokens: limit };
  return {
    temperature: parameters.temperature,
    top_p: parameters.topP,
    max_tokens: limit,
    presence_penalty: parameters.presencePenalty,
    frequency_penalty: parameters.frequencyPenalty,
  };
}

function messageBody(message: ChatMessage): JsonObject {
  return {
    role: message.role,
    content: message.content,
    ...(message.name === undefined ? {} : { name: message.name }),
    ...(message.toolCallId === undefined ? {} : { tool_call_id: message.toolCallId }),
    ...(message.toolCalls === undefined || message.toolCalls.length === 0
      ? {}
      : {
          tool_calls: message.toolCalls.map(({ id, name, arguments: text }) => ({
            id,
            type: "function",
            function: { name, arguments: text },
          })),
        }),
  };
}

/** A bare function (`{name, parameters}`) is wrapped the way the endpoint wants it. */
function toolBody(tool: JsonObject): JsonObject {
  return "type" in tool || "function" in tool ? tool : { type: "function", function: tool };
}
