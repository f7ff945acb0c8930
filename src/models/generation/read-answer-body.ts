import type { Generation } from "../../contracts/prompt-model.ts";
import { readChatBody } from "../../core/answer/read-answer-body.ts";
import { readContent, textOf } from "../../core/answer/read-content.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { ChatMessage, ToolCall } from "../../core/prompt/message.ts";
import { faultError, wholeUsage } from "../openai/openai-answer.ts";

/** What an answer's body says. */
export type AnswerFromBody = Pick<
  Generation,
  "text" | "kind" | "reasoning" | "message" | "finishReason" | "usage" | "response" | "error"
>;

/**
 * Reads the body of a chat or text completion. An error in it, or nothing that is an answer, is an error; an
 * answer that was cut off or filtered is the application's to judge, and says so in its kind and finish reason.
 */
export function readAnswerBody(body: unknown, who: string, keepsReasoning = false): AnswerFromBody {
  const { answer, fault, usage, finishReason, message } = readChatBody(body, { keepsReasoning });
  const reported = wholeUsage(usage);
  const known = {
    ...(isJsonObject(body) ? { response: body as JsonValue } : {}),
    ...(reported === undefined ? {} : { usage: reported }),
    ...(finishReason === undefined ? {} : { finishReason }),
    ...(fault === undefined ? {} : { error: faultError(fault, body, usage, who) }),
  };
  if (answer === undefined) return { ...known, text: null, message: null };
  const { kind, text, reasoning, toolCalls } = answer;
  const isSilent = text === "" && (toolCalls.length > 0 || !isWritten(message));
  return {
    ...known,
    text: isSilent ? null : text,
    ...(fault === undefined ? { kind } : {}),
    ...(reasoning === undefined ? {} : { reasoning }),
    message: message === undefined ? null : chatMessage(message, toolCalls),
  };
}

/** Was there a content at all, be it empty? A text completion always has one. */
function isWritten(message: JsonObject | undefined): boolean {
  return message === undefined || (message["content"] ?? null) !== null;
}

/** The message as the provider sent it, thinking in its text included. */
function chatMessage(message: JsonObject, toolCalls: readonly ToolCall[]): ChatMessage {
  const written = (message["content"] ?? null) === null ? null : readContent(message["content"]).text;
  const content = written || textOf(message["refusal"]) || written;
  const role = typeof message["role"] === "string" ? message["role"] : "assistant";
  const refusal = textOf(message["refusal"]);
  return {
    role,
    content: toolCalls.length > 0 && content === "" ? null : content,
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    ...(refusal === "" ? {} : { refusal }),
  };
}
