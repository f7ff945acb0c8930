import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";
import type { ModelParameters } from "../../core/prompt/prompt.ts";
import { limitName } from "../limits/known-models.ts";
import { reasoningMembers } from "./reasoning-budget.ts";

/**
 * The body of `POST /chat/completions`. Nothing is in it that the parameters do not give. `baseUrl` is where the
 * model is reached: some endpoints have members of their own.
 */
export function requestBody(
  model: string,
  parameters: ModelParameters,
  messages: readonly ChatMessage[],
  baseUrl?: string,
): JsonObject {
  const members: Record<string, JsonValue | undefined> = {
    model,
    messages: messages.map(messageBody),
    temperature: parameters.temperature,
    top_p: parameters.topP,
    [limitName(model)]: parameters.maxTokens === -1 ? undefined : parameters.maxTokens,
    presence_penalty: parameters.presencePenalty,
    frequency_penalty: parameters.frequencyPenalty,
    stop: parameters.stop,
    seed: parameters.seed,
    response_format: parameters.responseFormat,
    ...reasoningMembers(parameters.reasoningEffort, { model, baseUrl }).members,
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
