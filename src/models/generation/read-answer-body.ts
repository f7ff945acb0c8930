import type { Generation } from "../../contracts/prompt-model.ts";
import { excerpt } from "../../core/answer/answer-fault.ts";
import { readUsage } from "../../core/answer/read-usage.ts";
import { ModelError } from "../../core/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { ChatMessage } from "../../core/message.ts";
import { textOf, toolCallsOf } from "../openai/openai-answer.ts";

/** What an answer's body says. */
export type ReadBody = Pick<Generation, "text" | "message" | "finishReason" | "usage" | "response" | "error">;

/**
 * Reads the body of a chat or text completion. Nothing is refused but what is none: an answer that was cut
 * off or filtered is the application's to judge, and says so in its finish reason.
 */
export function readAnswerBody(answer: unknown, who: string): ReadBody {
  if (!isJsonObject(answer) || !Array.isArray(answer["choices"])) {
    const message = `${who} answered with something that is no completion: ${excerpt(answer)}`;
    const hint = "is the address that of an OpenAI-compatible endpoint (often it ends in /v1)?";
    return { text: null, message: null, error: new ModelError(message, { kind: "malformed", hint }) };
  }
  const choices: readonly unknown[] = answer["choices"];
  const choice = choices[0];
  const usage = readUsage(answer["usage"]);
  const known = { response: answer as JsonValue, ...(usage === undefined ? {} : { usage }) };
  if (!isJsonObject(choice)) {
    const error = new ModelError(`${who} answered without a choice`, { kind: "empty", usage });
    return { ...known, text: null, message: null, error };
  }
  const reason = choice["finish_reason"];
  const said = isJsonObject(choice["message"])
    ? readMessage(choice["message"])
    : { text: textOf(choice["text"]) ?? null, message: null };
  return { ...known, ...said, ...(typeof reason === "string" ? { finishReason: reason } : {}) };
}

function readMessage(message: JsonObject): Pick<Generation, "text" | "message"> {
  const toolCalls = toolCallsOf(message["tool_calls"]);
  const written = textOf(message["content"]) ?? textOf(message["refusal"]) ?? null;
  // Beside tool calls, some endpoints write no text and some an empty one: it means the same.
  const text = toolCalls.length > 0 && written === "" ? null : written;
  const role = typeof message["role"] === "string" ? message["role"] : "assistant";
  const read: ChatMessage = { role, content: text, ...(toolCalls.length === 0 ? {} : { toolCalls }) };
  return { text, message: read };
}
